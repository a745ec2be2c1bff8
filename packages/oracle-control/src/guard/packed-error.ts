import { z } from 'zod';
import { OracleError, OracleInputError, SqlplusStartError, SqlplusTimeoutError } from '../errors.js';

/** An error of this package in a form that passes a pipe. Causes and stacks stay behind. */
export const packedError = z.discriminatedUnion('code', [
  z.object({
    code: z.literal('ORACLE'),
    message: z.string(),
    statement: z.string(),
    codes: z.array(z.string()),
    output: z.string(),
    outcome: z.enum(['refused', 'unknown']),
  }),
  z.object({
    code: z.literal('SQLPLUS_TIMEOUT'),
    statement: z.string(),
    timeoutMs: z.number(),
    isStillRunning: z.boolean(),
  }),
  z.object({
    code: z.literal('SQLPLUS_START'),
    message: z.string(),
    command: z.string(),
    output: z.string(),
    hint: z.string().optional(),
  }),
  z.object({ code: z.literal('ORACLE_INPUT'), message: z.string() }),
  z.object({ code: z.literal('OTHER'), message: z.string() }),
]);

export type PackedError = z.output<typeof packedError>;

/** What an error says, or what was thrown in the place of one. */
export const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const packError = (error: unknown): PackedError => {
  const message = textOf(error);
  if (error instanceof OracleError) {
    const { code, statement, codes, output, outcome } = error;
    return { code, message, statement, codes: [...codes], output, outcome };
  }
  if (error instanceof SqlplusTimeoutError) {
    const { code, statement, timeoutMs, isStillRunning } = error;
    return { code, statement, timeoutMs, isStillRunning };
  }
  if (error instanceof SqlplusStartError) {
    const { code, command, output, hint } = error;
    return { code, message, command, output, ...(hint === undefined ? {} : { hint }) };
  }
  return { code: error instanceof OracleInputError ? error.code : 'OTHER', message };
};

export const unpackError = (packed: PackedError): Error => {
  switch (packed.code) {
    case 'ORACLE':
      return new OracleError(packed.message, packed);
    case 'SQLPLUS_TIMEOUT':
      return new SqlplusTimeoutError(packed);
    case 'SQLPLUS_START':
      return new SqlplusStartError(packed.message, packed);
    case 'ORACLE_INPUT':
      return new OracleInputError(packed.message);
    case 'OTHER':
      return new Error(packed.message);
  }
};
