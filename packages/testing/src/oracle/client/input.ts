/** Lines of standard input, waited for one at a time. */
export interface LineInput {
  feed(text: string): void;
  /** End of file: a last line without newline still counts. */
  end(): void;
  /** The client was killed: what was not read yet is lost. */
  drop(): void;
  /** `undefined` at the end of the input, and for good after `drop`. */
  nextLine(): Promise<string | undefined>;
}

export const createLineInput = (): LineInput => {
  const lines: string[] = [];
  let partial = '';
  let isEnded = false;
  let wake: (() => void) | undefined;
  const changed = (): void => {
    wake?.();
    wake = undefined;
  };
  return {
    feed: (text) => {
      const parts = (partial + text).split('\n');
      partial = parts.pop() ?? '';
      lines.push(...parts.map((line) => line.replace(/\r$/, '')));
      changed();
    },
    end: () => {
      if (partial !== '') lines.push(partial.replace(/\r$/, ''));
      partial = '';
      isEnded = true;
      changed();
    },
    drop: () => {
      lines.length = 0;
      partial = '';
      isEnded = true;
      changed();
    },
    nextLine: async () => {
      while (lines.length === 0 && !isEnded) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return lines.shift();
    },
  };
};
