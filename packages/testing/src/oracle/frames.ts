/** What the stand-in program says to the testbed, a line of JSON each; bytes travel as base64. */
export type ClientFrame =
  | { readonly arguments: readonly string[]; readonly environmentNames: readonly string[] }
  | { readonly input: string }
  | { readonly end: true };

/** What the testbed answers. */
export type ServerFrame =
  | { readonly stdout: string }
  | { readonly stderr: string }
  | { readonly status: number }
  | { readonly signal: 'SIGKILL' };

/** Collects text into lines and parses each as one frame. */
export const createFrameReader = <Frame>(onFrame: (frame: Frame) => void): ((text: string) => void) => {
  let partial = '';
  return (text) => {
    const lines = (partial + text).split('\n');
    partial = lines.pop() ?? '';
    for (const line of lines) onFrame(JSON.parse(line) as Frame);
  };
};

export const writtenFrame = (frame: ClientFrame | ServerFrame): string => `${JSON.stringify(frame)}\n`;
