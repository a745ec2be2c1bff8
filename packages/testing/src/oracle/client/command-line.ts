import { type ClientRelease, isAtLeast } from './release.js';

/** What the arguments of sqlplus ask for. */
export type CommandLine =
  | { readonly kind: 'usage'; readonly status: number }
  | { readonly kind: 'version' }
  | {
      readonly kind: 'session';
      readonly isSilent: boolean;
      /** -L: one attempt. */
      readonly isSingleLogon: boolean;
      readonly restriction: number;
      /** The value of -M. */
      readonly markup: string | undefined;
      /** As typed; '' for none, which makes the client ask for a user name. */
      readonly logon: string;
      readonly isNolog: boolean;
      /** Not so with -NOLOGINTIME. */
      readonly isLoginTimeShown: boolean;
      /** -FAST. */
      readonly isFast: boolean;
      /** What follows `@`: a script and its arguments. */
      readonly script: string | undefined;
    };

/**
 * Reads the arguments. Source: sqlplus.md section 1; options are not case-sensitive, an unknown one prints the usage.
 */
export const parseCommandLine = (args: readonly string[], release: ClientRelease): CommandLine => {
  const rest = [...args];
  let isSilent = false;
  let isSingleLogon = false;
  let restriction = 0;
  let markup: string | undefined;
  let isLoginTimeShown = true;
  let isFast = false;
  while (rest[0]?.startsWith('-')) {
    const option = rest.shift()?.toUpperCase();
    if (option === '-S' || option === '-SILENT') isSilent = true;
    else if (option === '-L' || option === '-LOGON') isSingleLogon = true;
    else if (option === '-V' || option === '-VERSION') return { kind: 'version' };
    else if (option === '-H' || option === '-HELP') return { kind: 'usage', status: 0 };
    else if (option === '-R' || option === '-RESTRICT') restriction = Number(rest.shift() ?? 0);
    else if (option === '-M' || option === '-MARKUP') markup = rest.shift();
    else if (option === '-C') rest.shift();
    else if (option === '-AC' && isAtLeast(release, '12.2')) continue;
    else if (option === '-NOLOGINTIME' && isAtLeast(release, '12.1')) isLoginTimeShown = false;
    else if ((option === '-F' || option === '-FAST') && isAtLeast(release, '18c')) isFast = true;
    else return { kind: 'usage', status: 1 };
  }
  if (![0, 1, 2, 3].includes(restriction)) return { kind: 'usage', status: 1 };
  const start = rest.findIndex((word) => word.startsWith('@'));
  const logon = rest.slice(0, start < 0 ? undefined : start).join(' ');
  const isNolog = /^\/nolog$/i.test(logon);
  const script = start < 0 ? undefined : rest.slice(start).join(' ').slice(1);
  const session = { isSilent, isSingleLogon, restriction, markup, isLoginTimeShown, isFast, script };
  return { kind: 'session', ...session, logon: isNolog ? '' : logon, isNolog };
};
