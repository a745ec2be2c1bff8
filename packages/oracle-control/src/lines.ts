/** Puts text that arrives in pieces together to lines, in time that grows with its length alone. */
export interface LineReader {
  push(text: string): void;
  /** What came after the last newline. */
  unfinished(): string;
  unfinishedLength(): number;
  /** Forgets all but the last `length` characters of the unfinished line. */
  cut(length: number): void;
}

/** @param onLine  Gets each line without its newline; a carriage return before that is dropped too. */
export const createLineReader = (onLine: (line: string) => void): LineReader => {
  let pieces: string[] = [];
  let length = 0;
  const unfinished = () => pieces.join('');
  const keep = (text: string) => {
    pieces = text === '' ? [] : [text];
    length = text.length;
  };
  return {
    push: (text) => {
      const [first = '', ...others] = text.split('\n');
      if (first !== '') pieces.push(first);
      length += first.length;
      for (const next of others) {
        const line = unfinished();
        keep(next);
        onLine(line.endsWith('\r') ? line.slice(0, -1) : line);
      }
    },
    unfinished,
    unfinishedLength: () => length,
    cut: (kept) => keep(unfinished().slice(-kept)),
  };
};
