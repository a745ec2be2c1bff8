import { describe, expect, it } from 'vitest';
import { recover } from './recovery.js';
import { createWorld } from './world.js';

describe('a world with pluggable databases', () => {
  const begin = 'ALTER DATABASE BEGIN BACKUP';
  const statuses = 'SELECT con_id, MIN(status) FROM v$backup GROUP BY con_id ORDER BY 1';

  it('has files of the root, the seed and each of them, all on volumes', async () => {
    const { database } = createWorld({ pluggable: ['sales', 'hr'], data: 2 });
    const session = await database.logOn({ as: 'SYSDBA' });
    expect(await session.execute('SELECT name, open_mode FROM v$pdbs ORDER BY con_id')).toMatchObject({
      rows: [
        ['PDB$SEED', 'READ ONLY'],
        ['SALES', 'READ WRITE'],
        ['HR', 'READ WRITE'],
      ],
    });
    await session.execute(begin);
    expect(await session.execute(statuses)).toMatchObject({
      rows: [
        [1n, 'ACTIVE'],
        [2n, 'NOT ACTIVE'],
        [3n, 'ACTIVE'],
        [4n, 'ACTIVE'],
      ],
    });
  });

  it('recovers from snapshots of its volumes', async () => {
    const { array, clock, database, volumes } = createWorld({ pluggable: ['sales'], data: 2 });
    const session = await database.logOn({ as: 'SYSDBA' });
    const snapshot = ({ id, name }: { readonly id: number; readonly name: string }) =>
      array.contentOf(array.addSnapshot({ parentId: id, name: `s_${name}`, createdAt: new Date(clock.now()) }));
    await session.execute('ALTER SYSTEM ARCHIVE LOG CURRENT');
    await session.execute(begin);
    const data = volumes.data.map(snapshot);
    await session.execute('ALTER DATABASE END BACKUP');
    await session.execute('ALTER SYSTEM ARCHIVE LOG CURRENT');
    expect(recover(database, [...data, ...volumes.archive.map(snapshot)])).toMatchObject({ consistent: true });
  });
});
