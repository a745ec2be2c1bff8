/** A fact that this release or this account may not tell; `reason` is a sentence for the operator. */
export type Known<Value> =
  | { readonly isKnown: true; readonly value: Value }
  | { readonly isKnown: false; readonly reason: string };

export const known = <Value>(value: Value): Known<Value> => ({ isKnown: true, value });

export const notKnown = (reason: string): Known<never> => ({ isKnown: false, reason });

/** What follows from a fact: as unknown as that is. */
export const mapKnown = <From, To>(fact: Known<From>, follow: (value: From) => To): Known<To> =>
  fact.isKnown ? known(follow(fact.value)) : fact;
