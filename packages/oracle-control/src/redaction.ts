import type { Logon } from './options.js';

/**
 * A password that also is an ordinary word or a few characters stands in any text by chance. Blacking it out there would
 * spoil the text, and tell whoever knows the text what the password is.
 */
const isOrdinary = (password: string): boolean => password.length < 6 || /^\p{L}{1,12}$/u.test(password);

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);

/**
 * Makes what takes the password out of texts that are kept: all of it, wherever it stands; of an ordinary word only
 * where it stands as the password of a logon string, in quotes or between slash and at sign.
 */
export const createRedaction = (logon: Logon): ((text: string) => string) => {
  if (logon.kind !== 'password') return (text) => text;
  const { password } = logon;
  if (!isOrdinary(password)) return (text) => text.replaceAll(password, '***');
  const written = escaped(password);
  const inLogonString = new RegExp(`(?<=")${written}(?=")|(?<=/)${written}(?=@|$)`, 'gmu');
  return (text) => text.replaceAll(inLogonString, '***');
};

const keptLength = 16_384;

/** The beginning of an output, as errors keep it. Cut only once it is redacted: half a password would not be found. */
export const kept = (redacted: string): string => redacted.slice(0, keptLength);

const excerptLength = 200;

/** The beginning of a line, as messages quote it. Cut only once it is redacted. */
export const excerpt = (redacted: string): string =>
  redacted.length > excerptLength ? `${redacted.slice(0, excerptLength)}…` : redacted;
