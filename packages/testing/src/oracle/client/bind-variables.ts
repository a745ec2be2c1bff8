/** A variable of VARIABLE, with its value as text. */
export interface BindVariable {
  readonly type: string;
  value: string | null;
}

const isNumber = ({ type }: BindVariable): boolean => /^(?:NUMBER|BINARY)/i.test(type);

const literal = (variable: BindVariable): string => {
  if (variable.value === null) return 'NULL';
  return isNumber(variable) ? variable.value : `'${variable.value.replaceAll("'", "''")}'`;
};

/**
 * A statement with the values of its bind variables written out: this database takes no binds. What stands in quotes, and
 * a name that was not declared, stay as they are.
 */
export const withBindValues = (binds: ReadonlyMap<string, BindVariable>, sql: string): string =>
  binds.size === 0
    ? sql
    : sql.replace(/'(?:[^']|'')*'|(?<!:):(\w+)/g, (text, name: string | undefined) => {
        const variable = name === undefined ? undefined : binds.get(name.toUpperCase());
        return variable === undefined ? text : literal(variable);
      });

/** `:name := expression` of EXECUTE. */
export const parseAssignment = (text: string): { readonly name: string; readonly expression: string } | undefined => {
  const match = /^\s*:(\w+)\s*:=\s*(.+?)\s*;?\s*$/s.exec(text);
  return match === null ? undefined : { name: (match[1] ?? '').toUpperCase(), expression: match[2] ?? '' };
};

/** What PRINT shows of one variable. Observed in shape: SQL*Plus User's Guide, "Displaying Bind Variables". */
export const printedVariable = (name: string, variable: BindVariable, numberWidth: number): string => {
  const value = variable.value ?? '';
  if (!isNumber(variable)) {
    const width = Math.max(name.length, Math.min(80, value.length || 1));
    return `\n${name}\n${'-'.repeat(width)}\n${value}\n\n`;
  }
  const width = Math.max(numberWidth, name.length);
  return `\n${name.padStart(width)}\n${'-'.repeat(width)}\n${value.padStart(width)}\n\n`;
};
