interface ScriptLine {
  readonly text: string;
  /** Where the script lies that it comes from; `undefined` for a profile. */
  readonly directory: string | undefined;
}

/** The lines of the scripts and profiles that run. They come before those of the input. */
export interface ScriptLines {
  /** Puts lines before all others. */
  push(lines: readonly string[], directory?: string): void;
  /** The next line; `undefined` when no script runs. */
  next(): string | undefined;
  /** Where the script lies whose line was taken last. */
  directory(): string | undefined;
  /** Does the line that was taken last come from a script? */
  isRunning(): boolean;
}

export const createScriptLines = (): ScriptLines => {
  const waiting: ScriptLine[] = [];
  let current: ScriptLine | undefined;
  return {
    push: (lines, directory) => void waiting.unshift(...lines.map((text) => ({ text, directory }))),
    next: () => {
      current = waiting.shift();
      return current?.text;
    },
    directory: () => current?.directory,
    isRunning: () => current !== undefined,
  };
};
