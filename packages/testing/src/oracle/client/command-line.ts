import { type ClientRelease, isAtLeast } from './release.js';

/** What the arguments of sqlplus ask for. */
export type CommandLine =
  | { readonly kind: 'usage' }
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
  while (rest[0]?.startsWith('-')) {
    const option = rest.shift()?.toUpperCase();
    if (option === '-S' || option === '-SILENT') isSilent = true;
    else if (option === '-L' || option === '-LOGON') isSingleLogon = true;
    else if (option === '-V' || option === '-VERSION') return { kind: 'version' };
    else if (option === '-R' || option === '-RESTRICT') restriction = Number(rest.shift() ?? 0);
    else if (option === '-M' || option === '-MARKUP') markup = rest.shift();
    else if (option === '-C') rest.shift();
    else if (option === '-NOLOGINTIME' && isAtLeast(release, '12.1')) continue;
    else if ((option === '-F' || option === '-FAST') && isAtLeast(release, '18c')) continue;
    else return { kind: 'usage' };
  }
  const logon = rest.filter((word) => !word.startsWith('@')).join(' ');
  const isNolog = /^\/nolog$/i.test(logon);
  return { kind: 'session', isSilent, isSingleLogon, restriction, markup, logon: isNolog ? '' : logon, isNolog };
};
