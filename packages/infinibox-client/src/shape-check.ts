import type { z } from 'zod';

/** What a schema says, as plain functions: about five times as fast as the schema itself. */
export interface ShapeCheck {
  /** Exactly what the schema accepts. */
  readonly accepts: (value: unknown) => boolean;
  /**
   * Makes the schema's output of an accepted value: of objects and arrays in place, since what `JSON.parse` made is nobody
   * else's. Absent when output and input are the same.
   */
  readonly convert?: (value: unknown) => unknown;
}

type Fields = Record<string, unknown>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Only what is looked at here; more checks than these leave it to the schema. */
const rangeOf = (checks: readonly z.core.$ZodCheck<never>[]): { min: number; max: number } | undefined => {
  const range = { min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER };
  for (const { _zod } of checks as readonly z.core.$ZodChecks[]) {
    const { def } = _zod;
    if (def.check === 'number_format' && def.format === 'safeint') continue;
    if (def.check === 'greater_than' && def.inclusive) range.min = Math.max(range.min, Number(def.value));
    else if (def.check === 'less_than' && def.inclusive) range.max = Math.min(range.max, Number(def.value));
    else return undefined;
  }
  return range;
};

/** Any schema, by asking itself. */
const asSchema = (schema: z.ZodType): ShapeCheck => ({
  accepts: (value) => schema.safeParse(value).success,
  convert: (value) => schema.parse(value),
});

const checkObject = (shape: Readonly<Record<string, z.core.$ZodType>>): ShapeCheck => {
  const fields = Object.entries(shape).map(([name, schema]) => ({ name, ...shapeCheckOf(schema as z.ZodType) }));
  const converting = fields.flatMap(({ name, convert }) => (convert === undefined ? [] : [{ name, convert }]));
  const accepts = (value: unknown): boolean => {
    if (!isObject(value)) return false;
    for (const field of fields) if (!field.accepts(value[field.name])) return false;
    return true;
  };
  if (converting.length === 0) return { accepts };
  return {
    accepts,
    convert: (value) => {
      const object = value as Fields;
      for (const { name, convert } of converting) if (object[name] !== undefined) object[name] = convert(object[name]);
      return object;
    },
  };
};

const checkWhole = ({ min, max }: { readonly min: number; readonly max: number }): ShapeCheck => ({
  accepts: (value) => Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max,
});

const checkConverted = ({ accepts, convert }: ShapeCheck, transform: (value: unknown) => unknown): ShapeCheck => ({
  accepts,
  convert: convert === undefined ? transform : (value) => transform(convert(value)),
});

const checkArray = ({ accepts, convert }: ShapeCheck): ShapeCheck => ({
  accepts: (value) => Array.isArray(value) && value.every((element) => accepts(element)),
  ...(convert === undefined ? {} : { convert: (value) => (value as unknown[]).map((element) => convert(element)) }),
});

/** Lets `absent` through as it is. */
const orAbsent = ({ accepts, convert }: ShapeCheck, absent: null | undefined): ShapeCheck => ({
  accepts: (value) => value === absent || accepts(value),
  ...(convert === undefined ? {} : { convert: (value) => (value === absent ? absent : convert(value)) }),
});

/**
 * Compiles a schema, as far as this package's schemas go: whole numbers, texts, booleans, enumerations, loose objects, arrays,
 * what may be absent, and conversions. What it does not know it leaves to the schema.
 */
export const shapeCheckOf = (schema: z.ZodType): ShapeCheck => {
  const { def } = (schema as unknown as z.core.$ZodTypes)._zod;
  const isPlain = (def.checks ?? []).length === 0;
  if (def.type === 'number') {
    const range = 'format' in def && def.format === 'safeint' ? rangeOf(def.checks ?? []) : undefined;
    return range === undefined ? asSchema(schema) : checkWhole(range);
  }
  if (def.type === 'string' && isPlain) return { accepts: (value) => typeof value === 'string' };
  if (def.type === 'boolean') return { accepts: (value) => typeof value === 'boolean' };
  if (def.type === 'unknown') return { accepts: () => true };
  if (def.type === 'enum') {
    const words = new Set<unknown>(Object.values(def.entries));
    return { accepts: (value) => words.has(value) };
  }
  if (def.type === 'nullable') return orAbsent(shapeCheckOf(def.innerType as z.ZodType), null);
  if (def.type === 'optional') return orAbsent(shapeCheckOf(def.innerType as z.ZodType), undefined);
  if (def.type === 'array' && isPlain) return checkArray(shapeCheckOf(def.element as z.ZodType));
  if (def.type === 'object' && isPlain && def.catchall?._zod.def.type === 'unknown') return checkObject(def.shape);
  if (def.type === 'pipe') {
    const out = (def.out as unknown as z.core.$ZodTypes)._zod.def;
    // A conversion that takes more than the value could refuse it.
    if (out.type === 'transform' && out.transform.length === 1)
      return checkConverted(shapeCheckOf(def.in as z.ZodType), out.transform as (value: unknown) => unknown);
  }
  return asSchema(schema);
};
