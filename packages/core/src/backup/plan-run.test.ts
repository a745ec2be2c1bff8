import { addDatabase, arrayPort, createVirtualClock, createWorld, databasePort } from '@orasync/testing';
import { describe, expect, test } from 'vitest';
import { labelKeys, parseNameReservation, readCatalogue } from '../catalogue.js';
import type { BackupReport } from './report.js';
import { backupSettings } from './request.js';
import { chooseFreeSecond, readTakenNames } from './reserve-names.js';
import { runBackup } from './run-backup.js';

const silent = () => undefined;
const log = { debug: silent, info: silent, warn: silent, error: silent };

/** Several databases of one volume per role, or sharing an archive volume, on one array. */
const setUp = (count: number, { seed = 1, sharesArchive = false } = {}) => {
  const clock = createVirtualClock(Date.parse('2026-11-24T23:15:02.870Z'), seed);
  const world = createWorld({ clock, data: 1, archive: 1 });
  const array = arrayPort(world.array);
  const databases = [
    { name: 'ORCL', database: world.database, volumes: world.volumes, host: world.host },
    ...Array.from({ length: count - 1 }, (_, index) => {
      const sid = `DB${index}`;
      return { name: sid, ...addDatabase(world, { sid }) };
    }),
  ];
  const namesOf = (volumes: readonly { readonly name: string }[]) => ({ volumes: volumes.map(({ name }) => name) });
  const run = ({ name, database, volumes, host }: (typeof databases)[number], port = array): Promise<BackupReport> =>
    runBackup(
      {
        ...backupSettings.parse({
          targets: {
            data: namesOf(volumes.data),
            archive: namesOf(sharesArchive ? world.volumes.archive : volumes.archive),
          },
          // The shared volume takes the logs of one of them alone.
          coverage: { policies: { archiveUncovered: sharesArchive ? 'warn' : 'error' } },
        }),
        database: name,
        zone: 'utc',
      },
      {
        array: port,
        database: databasePort(database, { user: 'system' }),
        host,
        clock,
        log,
        signal: new AbortController().signal,
        onStep: silent,
      },
    );
  return { clock, world, array, databases, run };
};

const namesIn = (reports: readonly BackupReport[]) =>
  reports.flatMap(({ snapshots }) => snapshots.map(({ name }) => name));

describe('ten databases of one volume each, started in the same second', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('are all backed up, under names of their own (seed %s)', async (seed) => {
    const { databases, run, world } = setUp(10, { seed });
    const reports = await Promise.all(databases.map((each) => run(each)));
    expect(reports.map(({ state }) => state)).toEqual(databases.map(() => 'complete'));
    expect(new Set(namesIn(reports)).size).toBe(20);
    // No name was tried that was taken: the snapshots are the first that were asked for.
    expect(world.journal.entries.filter(({ what }) => /^POST \/api\/rest\/volumes$/.test(what))).toHaveLength(20);
  });

  test('do so when their archived logs share a volume, and call nobody else’s snapshots theirs', async () => {
    const { databases, run, array, clock } = setUp(10, { sharesArchive: true });
    for (const round of [1, 2]) {
      const reports = await Promise.all(databases.map((each) => run(each)));
      expect(new Set(namesIn(reports)).size).toBe(20);
      await clock.advance(3_600_000 * round);
    }
    const sets = await readCatalogue('orasync', { array, now: new Date(clock.now()) });
    expect(sets.map(({ state }) => state)).toEqual(Array.from({ length: 20 }, () => 'complete'));
  });

  test('move by seconds, at most as far as they need to', async () => {
    const { databases, run } = setUp(10);
    const reports = await Promise.all(databases.map((each) => run(each)));
    const seconds = namesIn(reports).map((name) => Number(/(\d\d)(\d\d)$/.exec(name)?.slice(1).join('')));
    expect(Math.min(...seconds)).toBeGreaterThanOrEqual(1502);
    expect(Math.max(...seconds)).toBeLessThanOrEqual(1702);
  });
});

test.each(Array.from({ length: 12 }, (_, index) => index + 1))(
  'twelve databases never have a name in common, however slowly the array answers each of them (seed %s)',
  async (seed) => {
    const { clock, world, array, databases, run } = setUp(12, { seed });
    const late = async <Answer>(call: () => Promise<Answer>): Promise<Answer> => {
      const wait = () =>
        new Promise<void>((resolve) => void clock.setTimeout(resolve, Math.floor(clock.random() * 400)));
      await wait();
      const answer = await call();
      await wait();
      return answer;
    };
    const port: typeof array = {
      ...array,
      listLabels: (key) => late(() => array.listLabels(key)),
      writeLabels: (id, labels) => late(() => array.writeLabels(id, labels)),
    };
    let reports: readonly BackupReport[] | undefined;
    const running = Promise.all(databases.map((each) => run(each, port))).then((made) => {
      reports = made;
    });
    while (reports === undefined) await Promise.race([clock.advance(1000), running]);
    expect(new Set(namesIn(reports)).size).toBe(24);
    const refused = world.journal.entries.filter(
      ({ what, outcome }) => /^POST .*volumes$/.test(what) && outcome === '409',
    );
    expect(refused).toEqual([]);
  },
);

test('a database alone has the names of the second that its run began in', async () => {
  const { databases, run } = setUp(2);
  const [first, second] = databases;
  if (first === undefined || second === undefined) throw new Error('there are two');
  expect(namesIn([await run(first)])).toEqual(['orasync_data_2026-11-24_231502', 'orasync_archive_2026-11-24_231502']);
  expect(namesIn([await run(second)])[0]).not.toBe('orasync_data_2026-11-24_231502');
});

test('a run gives up, before BEGIN, when every name is taken', async () => {
  const { databases, run, array, world } = setUp(1);
  const [only] = databases;
  if (only === undefined) throw new Error('there is one');
  const names = Array.from({ length: 3600 }, (_, index) => {
    const second = 51_302 + 32_400 + index;
    const text = [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60]
      .map((part) => String(part).padStart(2, '0'))
      .join('');
    return `orasync_data_2026-11-24_${text}`;
  });
  const port = {
    ...array,
    listLabels: async (key: string) =>
      key === labelKeys.names
        ? [{ objectId: 4711, key, value: JSON.stringify({ v: 1, id: 4711, set: 'other', names }) }]
        : array.listLabels(key),
  };
  await expect(run(only, port)).rejects.toMatchObject({
    code: 'BACKUP_FAILED',
    remains: 'nothing',
    step: 'record',
    message: expect.stringContaining('other runs had every name that was tried (12 seconds, the last orasync_data_'),
  });
  expect(world.journal.entries.filter(({ what }) => /^(POST|ALTER DATABASE)/.test(what))).toEqual([]);
});

describe('taken names', () => {
  const reservation = (objectId: number, value: object) => ({
    objectId,
    key: labelKeys.names,
    value: JSON.stringify({ v: 1, id: objectId, set: 'a', names: ['x'], ...value }),
  });
  const taken = async (...labels: ReturnType<typeof reservation>[]) => [
    ...(await readTakenNames('mine', { listLabels: async () => labels })),
  ];

  test('are those of every other run', async () => {
    const names = await taken(reservation(1, {}), reservation(2, { set: 'b', names: ['y', 'x'] }));
    expect(names).toEqual(['x', 'y']);
  });

  test('are not those of the run itself', async () => {
    expect(await taken(reservation(1, { set: 'mine' }))).toEqual([]);
  });

  test('are not those of a label that was copied, or that is not understood', async () => {
    expect(await taken(reservation(1, { id: 2 }), reservation(1, { v: 2 }))).toEqual([]);
  });

  test('are written beside the run record, and are no label of a set', async () => {
    const { databases, run, array, clock } = setUp(1);
    const [only] = databases;
    if (only === undefined) throw new Error('there is one');
    const { set } = await run(only);
    const [label] = await array.listLabels(labelKeys.names);
    expect(label?.objectId).toBe(only.volumes.data[0]?.id);
    expect(parseNameReservation(label?.value ?? '')).toMatchObject({ set, names: { length: 4 } });
    const sets = await readCatalogue('orasync', { array, now: new Date(clock.now()) });
    expect(sets.map(({ id }) => id)).toEqual([set]);
  });
});

describe('a free second', () => {
  const choose = (taken: readonly string[], chance: number) =>
    chooseFreeSecond(
      {
        fromMs: 0,
        seconds: 3,
        namesAt: (ms) => [`${ms}`, `${ms + 1000}`],
        taken: new Set(taken),
      },
      { random: () => chance },
    );

  test.each<[readonly string[], number, number]>([
    [[], 0, 1000],
    [[], 0.999, 3000],
    [['2000'], 0, 3000],
    [['1000'], 0, 2000],
    [['1000', '3000'], 0.5, 3000],
  ])('beside %j, with chance %d, is %d', (taken, chance, ms) => {
    expect(choose(taken, chance)).toBe(ms);
  });
});
