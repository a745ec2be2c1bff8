import { describe, expect, it } from 'vitest';
import { readAccount } from './account.js';
import { oracleReads } from './reads.js';
import { askingViews, refusal, type ViewAnswers } from './views.test.fixture.js';

const none = ['no rows selected'];
const views: ViewAnswers = {
  v$database: none,
  v$instance: none,
  gv$instance: none,
  v$thread: none,
  v$archive_dest: none,
  v$recovery_file_dest: none,
  gv$session_longops: none,
  gv$session: none,
  v$datafile: none,
  v$tempfile: none,
  v$controlfile: none,
  v$logfile: none,
  v$log: none,
  v$archived_log: none,
  v$backup: none,
  v$parameter: none,
  v$block_change_tracking: none,
  v$encryption_wallet: none,
  v$asm_diskgroup: none,
  v$asm_disk: none,
  v$asm_operation: none,
};
const system: ViewAnswers = {
  ...views,
  dual: ['~SYSTEM|'],
  session_privs: ['~ALTER DATABASE|', '~ALTER SYSTEM|', '~CREATE SESSION|'],
  session_roles: ['~DBA|', '~SELECT_CATALOG_ROLE|'],
  all_tab_privs: ['~1|'],
};
const yes = { isKnown: true, value: true };
const no = { isKnown: true, value: false };

const account = (change: ViewAnswers, lacking: readonly string[] = []) =>
  readAccount(askingViews({ ...system, ...change }, lacking));

const without = (answers: ViewAnswers, view: string): ViewAnswers =>
  Object.fromEntries(Object.entries(answers).filter(([name]) => name !== view));

describe('an account', () => {
  it('with the DBA role may do everything, without a role of administration', async () =>
    expect(await account({})).toEqual({
      user: 'SYSTEM',
      administrativeRole: undefined,
      privileges: { isKnown: true, value: ['ALTER DATABASE', 'ALTER SYSTEM', 'CREATE SESSION'] },
      roles: { isKnown: true, value: ['DBA', 'SELECT_CATALOG_ROLE'] },
      mayBackUp: yes,
      mayArchive: yes,
      mayLock: yes,
      mayReadViews: true,
      unreadableViews: [],
    }));

  it('with CREATE SESSION alone may do nothing', async () => {
    const plain = await readAccount(
      askingViews({
        dual: ['~SCOTT|'],
        session_privs: ['~CREATE SESSION|'],
        session_roles: none,
        all_tab_privs: ['~0|'],
      }),
    );
    expect(plain).toMatchObject({ mayBackUp: no, mayArchive: no, mayLock: no, mayReadViews: false });
    expect(plain.unreadableViews).toHaveLength(Object.keys(views).length);
    expect(plain.unreadableViews[0]).toMatch(/^V\$DATABASE .* grant SELECT on SYS\.V_\$DATABASE/);
  });

  it.each([
    ['SYS', 'SYSDBA', { mayBackUp: yes, mayArchive: yes, mayLock: yes }],
    ['SYSBACKUP', 'SYSBACKUP', { mayBackUp: yes, mayArchive: yes, mayLock: no }],
    [
      'PUBLIC',
      'SYSOPER',
      { mayBackUp: yes, mayArchive: { isKnown: false, reason: expect.stringContaining('SYSOPER') }, mayLock: no },
    ],
    ['SYSDG', 'SYSDG', { mayBackUp: no, mayArchive: no, mayLock: no }],
  ])('that logged on as %s has the role %s', async (user, administrativeRole, allowed) =>
    expect(
      await account({ dual: [`~${user}|`], session_privs: none, session_roles: none, all_tab_privs: ['~0|'] }),
    ).toMatchObject({ user, administrativeRole, ...allowed }),
  );

  it('of an administrator can be told while the database is only mounted', async () => {
    const closed = refusal('ORA-01219', 'database or pluggable database not open');
    const mounted = { session_privs: closed, session_roles: closed, all_tab_privs: closed };
    expect(await account({ ...mounted, dual: ['~SYS|'] })).toMatchObject({
      mayBackUp: yes,
      mayLock: yes,
      roles: { isKnown: false, reason: 'SESSION_ROLES can be read only while the database is open (ORA-01219)' },
    });
    expect(await account({ ...mounted, dual: ['~SYSBACKUP|'] })).toMatchObject({ mayLock: { isKnown: false } });
    expect(await account({ ...mounted, dual: ['~SYSDG|'] })).toMatchObject({ mayBackUp: { isKnown: false } });
  });

  it('has no grant where no row counts any', async () =>
    expect(await account({ all_tab_privs: none })).toMatchObject({ mayLock: no }));

  it('names the one view that it cannot read', async () =>
    expect(await readAccount(askingViews(without(system, 'gv$session')))).toMatchObject({
      mayReadViews: false,
      unreadableViews: [
        'GV$SESSION is not there for this account: grant SELECT on SYS.GV_$SESSION, or SELECT_CATALOG_ROLE (ORA-00942)',
      ],
    }));

  it('must read V$PDBS in a container database, and not before 12.1 or outside one', async () => {
    const saying = (cdb: string): ViewAnswers => ({
      v$database: (input) => (/CDB|'NO'/i.test(input) ? [`~${cdb}|`] : none),
    });
    expect(await account(saying('YES'))).toMatchObject({ unreadableViews: [expect.stringContaining('V$PDBS')] });
    expect(await account({ ...saying('YES'), v$pdbs: none })).toMatchObject({ mayReadViews: true });
    expect(await account(saying('NO'))).toMatchObject({ mayReadViews: true });
    expect(await account(saying('NO'), ['cdb'])).toMatchObject({ mayReadViews: true });
  });
});

describe('the views that an account must read', () => {
  it('are those that are read', async () => {
    const asking = askingViews({
      ...views,
      v$database: ['~1|A|A|2024-01-01T00:00:00+00:00|L|ARCHIVELOG|READ WRITE|PRIMARY|CURRENT|9|9|1|YES|NO|NO|'],
      v$instance: ['~19.0.0.0.0|'],
      dual: ['~2024-01-01T00:00:00.000|+00:00|'],
      gv$session_longops: ['~0|'],
      v$backup: (input) => (/DISTINCT/.test(input) ? ['~0|0|\\z|\\z|0|0|'] : none),
    });
    const range = { fromScn: 1n, toScn: 2n };
    for (const [name, read] of Object.entries({ ...oracleReads(asking) }))
      if (name !== 'readAccount') await read(range);
    const read = asking.asked.map((input) => /FROM ([\w$]+)/.exec(input)?.[1]).filter((view) => view !== 'dual');
    const readByCountSessions = 'gv$session';
    expect(new Set([...read, readByCountSessions])).toEqual(new Set(Object.keys(views)));
  });
});
