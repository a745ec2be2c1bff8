import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';

const grants = await readFile(new URL('../../../docs/oracle-account.sql', import.meta.url), 'utf8');

/** Every view that a statement of this package names: statements are written in small letters, comments in capitals. */
const viewsInSource = async (): Promise<readonly string[]> => {
  const names = (await readdir(new URL('.', import.meta.url))).filter((name) => /^[\w-]+\.ts$/.test(name));
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, import.meta.url), 'utf8')));
  return texts.flatMap((text) => text.match(/\bg?v\$[a-z_]+/g) ?? []).map((view) => view.toUpperCase());
};

const sortedSet = (values: readonly string[]) => [...new Set(values)].sort();

describe('docs/oracle-account.sql', () => {
  it('grants exactly the views that are read', async () => {
    const granted = [...grants.matchAll(/^GRANT SELECT ON SYS\.(\w+\$\w+) TO/gm)].map(([, view = '']) => view);
    expect(granted).toEqual([...new Set(granted)]);
    expect(sortedSet(granted.map((view) => view.replace('V_$', 'V$')))).toEqual(sortedSet(await viewsInSource()));
  });

  it('grants the lock of the claim in both forms', () => {
    expect(grants).toContain('GRANT EXECUTE ON SYS.DBMS_LOCK TO SYSBACKUP;');
    expect(grants).toContain('GRANT EXECUTE ON SYS.DBMS_LOCK TO &account;');
  });
});
