/** The words of a command, quoted ones whole and with their quotes; a semicolon at the end is none. */
export const wordsOf = (text: string): readonly string[] =>
  text
    .trim()
    .replace(/;$/, '')
    .match(/"[^"]*"|'[^']*'|\S+/g) ?? [];

/** A word without the quotes around it. */
export const withoutQuotes = (word: string): string => (/^(["']).*\1$/s.test(word) ? word.slice(1, -1) : word);
