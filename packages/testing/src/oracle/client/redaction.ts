const hidden = '***';

/** A logon without its password: `user/***@x`. An identifier after an unquoted password may be half of it, and goes too. */
const withoutPassword = (logon: string): string => {
  const [, user = '', , rest = ''] =
    /^((?:"[^"]*"|[^\s/@"])*(?:\[[^\]]*\])?)\/("(?:[^"]|"")*"|[^\s@]*)?(.*)$/s.exec(logon) ?? [];
  const isBare = !logon.includes('/') || /^\/(?:@|\s|$|nolog$)/i.test(logon);
  if (isBare) return logon;
  const isPlain = /^(?:@[\w./:()= -]*)?(?:\s+as\s+\w+)?\s*;?$/i.test(rest);
  return `${user}/${hidden}${isPlain ? rest : hidden}`;
};

/** A line of input as it may be kept. Passwords stand in CONNECT lines, in IDENTIFIED BY, and in answers to prompts. */
export const redactLine = (line: string): string => {
  const connect = /^(\s*CONN\w*\s+)(.*)$/is.exec(line);
  const text = connect === null ? line : `${connect[1]}${withoutPassword(connect[2] ?? '')}`;
  return text.replace(/(\bIDENTIFIED\s+BY\s+)("[^"]*"|\S+)/gi, `$1${hidden}`);
};

/** Arguments of a client as they may be kept. Those after an @script are parameters, which are not understood here. */
export const redactArguments = (args: readonly string[]): readonly string[] =>
  args.map((argument) => (argument.startsWith('-') || argument.startsWith('@') ? argument : withoutPassword(argument)));
