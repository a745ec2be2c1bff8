import { badRequest } from './answer.js';

/** Assumed: 65 characters, the fewest that the vendor's clients rely on. Source: infinibox-api.md section 8.2. */
const longestName = 65;

/** Assumed: no control character, no slash. Source: infinibox-api.md section 8.2. */
export const checkName = (name: string): void => {
  if (name === '' || name.length > longestName)
    throw badRequest(`a name has 1 to ${longestName} characters: '${name}'`);
  if (/[\p{Cc}/]/u.test(name)) throw badRequest(`a name has no control character and no slash: '${name}'`);
};
