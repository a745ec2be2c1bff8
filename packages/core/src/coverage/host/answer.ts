/** What a command or a file of the host said, or why it said nothing. */
export type Answer =
  | { readonly kind: 'output'; readonly text: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** Reads an answer, or what a source that said nothing is taken for. */
export const readAnswer = <Value>(answer: Answer, parse: (text: string) => Value, otherwise: Value): Value =>
  answer.kind === 'output' ? parse(answer.text) : otherwise;
