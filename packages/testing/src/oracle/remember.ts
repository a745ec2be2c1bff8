/** So many texts are remembered; then all are forgotten, because some hold an SCN and never come again. */
const most = 500;

/** Parses each text once: the sessions of a simulated database send the same statements over and over. */
export const remembering = <Parsed>(parse: (text: string) => Parsed): ((text: string) => Parsed) => {
  const known = new Map<string, Parsed>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size === most) known.clear();
    const parsed = parse(text);
    known.set(text, parsed);
    return parsed;
  };
};
