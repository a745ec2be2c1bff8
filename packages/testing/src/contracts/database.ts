import assert from 'node:assert/strict';
import type { DatabasePort, DatabaseSessionPort } from '../oracle/port-facts.js';
import type { SimulatedDatabase } from '../oracle/simulated-database.js';

/**
 * What an expectation is tried on: a port, and the simulated database that it reaches, fresh for each expectation, open read
 * write in ARCHIVELOG mode, with an account that may also write a parameter file and execute DBMS_LOCK (SYSDBA).
 */
export interface DatabaseSubject {
  readonly database: DatabasePort;
  readonly world: SimulatedDatabase;
}

/** One thing that any implementation of core's database must do. */
export interface DatabaseExpectation {
  /** A sentence about behaviour. */
  readonly name: string;
  readonly run: (subject: DatabaseSubject) => Promise<void>;
}

const purpose = 'orasync contract';

const inSession = async ({ database }: DatabaseSubject, use: (session: DatabaseSessionPort) => Promise<void>) => {
  const session = await database.openSession({ purpose });
  try {
    await use(session);
  } finally {
    await session.close();
  }
};

const rejectsAsRefused = (call: Promise<unknown>, oracleCode: string): Promise<void> =>
  assert.rejects(call, (error: unknown) => {
    assert.ok(
      error instanceof Error && 'outcome' in error && 'oracleCode' in error,
      `an error with an outcome, not ${String(error)}`,
    );
    assert.equal(error.outcome, 'refused');
    assert.equal(error.oracleCode, oracleCode);
    return true;
  });

const known = <Value>(value: Value) => ({ isKnown: true, value });

const isAnyFileActive = (world: SimulatedDatabase): boolean => world.state.files.some(({ backup }) => backup.isActive);

const numbersOf = ({ state }: SimulatedDatabase): readonly number[] => state.files.map(({ number }) => number);

const activeFiles = ({ state }: SimulatedDatabase): readonly number[] =>
  state.files.filter(({ backup }) => backup.isActive).map(({ number }) => number);

/**
 * What any implementation of core's database must do, whether it is the simulated database itself or the sqlplus driver in
 * front of it.
 */
export const databaseContract = (): readonly DatabaseExpectation[] => [
  {
    name: 'tells identity and state of the database',
    run: (subject) =>
      inSession(subject, async (session) => {
        const { identity, state } = subject.world;
        const { dbid, name, uniqueName, ...status } = await session.readStatus();
        assert.deepEqual({ dbid, name, uniqueName }, identity);
        assert.equal(status.version, state.version);
        assert.equal(status.logMode, 'ARCHIVELOG');
        assert.equal(status.openMode, 'READ WRITE');
        assert.equal(status.role, 'PRIMARY');
        assert.equal(status.isContainerDatabase, false);
        assert.equal(status.resetlogsScn, state.resetlogsScn);
        assert.deepEqual(status.isRmanRunning, known(false));
        assert.equal(status.sessionContainer, undefined);
        assert.deepEqual(status.seesAllContainers, known(true));
        assert.ok(status.currentScn > state.resetlogsScn && status.currentScn <= state.scn);
        assert.ok(Math.abs(status.time.getTime() - state.clock.now()) < 60_000, 'the clock of the database host');
      }),
  },
  {
    name: 'tells instances, threads and archive destinations',
    run: (subject) =>
      inSession(subject, async (session) => {
        const { state } = subject.world;
        const status = await session.readStatus();
        assert.equal(status.instances.length, state.threads);
        assert.deepEqual(
          status.instances.map(({ status: instance, archiver }) => [instance, archiver]),
          status.instances.map(() => ['OPEN', 'STARTED']),
        );
        assert.deepEqual(
          status.threads,
          status.instances.map(({ number }) => ({ number, isOpen: true, isEnabled: true })),
        );
        const destination = { id: 1, status: 'VALID', destination: state.archiveDirectory, error: undefined };
        assert.ok(status.archiveDestinations.isKnown);
        assert.deepEqual(
          status.archiveDestinations.value.map(({ id, status: found, destination: path, error }) => ({
            id,
            status: found,
            destination: path,
            error,
          })),
          [destination],
        );
      }),
  },
  {
    name: 'lists every file that is no data file, and where archived logs go',
    run: (subject) =>
      inSession(subject, async (session) => {
        const { state } = subject.world;
        const found = await session.readFileInventory();
        const pathsOf = (fact: typeof found.controlfiles) => (fact.isKnown ? fact.value.map(({ path }) => path) : fact);
        assert.deepEqual(pathsOf(found.controlfiles), state.controlfiles);
        assert.deepEqual(pathsOf(found.temporaryFiles), state.tempfiles);
        assert.ok(found.logMembers.isKnown && found.logMembers.value.every(({ kind }) => kind === 'online-log'));
        assert.equal(found.logMembers.value.length, state.threads * state.groupsPerThread);
        assert.ok(found.spfile.isKnown);
        assert.equal(found.spfile.value?.path, state.spfile);
        assert.deepEqual(found.changeTrackingFile, known(undefined));
        assert.deepEqual(found.recoveryArea, known(undefined));
        assert.ok(found.keystores.isKnown && found.keystores.value.every(({ location }) => location === 'FILE'));
        assert.ok(found.archiveDestinations.isKnown);
        assert.deepEqual(
          found.archiveDestinations.value.map(({ destination }) => destination),
          [state.archiveDirectory],
        );
        assert.deepEqual(await session.readAsm(), { groups: known([]), disks: known([]), operations: known([]) });
      }),
  },
  {
    name: 'lists every data file with all digits of its SCNs',
    run: (subject) =>
      inSession(subject, async (session) => {
        assert.deepEqual(
          await session.readDatafiles(),
          subject.world.state.files.map((file) => ({
            number: file.number,
            path: file.path,
            containerId: file.containerId,
            status: file.status,
            enabled: file.isReadOnly ? 'READ ONLY' : 'READ WRITE',
            creationScn: file.creationScn,
            unrecoverableScn: 0n,
            sizeBytes: file.sizeBytes,
          })),
        );
      }),
  },
  {
    name: 'keeps a data file with unusual characters in its path apart from all others',
    run: (subject) =>
      inSession(subject, async (session) => {
        const [first] = subject.world.state.files;
        assert.ok(first, 'the contract needs at least one data file');
        const folder = first.path.slice(0, first.path.lastIndexOf('/'));
        const path = `${folder}/it's a|bar\\back ORA-00600 ~1|2.dbf`;
        subject.world.addDatafile({ path });
        assert.equal((await session.readDatafiles()).at(-1)?.path, path);
      }),
  },
  {
    name: 'says that no file is in backup mode before BEGIN',
    run: (subject) =>
      inSession(subject, async (session) =>
        assert.deepEqual(await session.readBackupMode(), {
          activeFiles: 0,
          distinctScns: 0,
          lowestScn: undefined,
          highestScn: undefined,
          fileNumberSum: 0n,
          fileNumberSquareSum: 0n,
        }),
      ),
  },
  {
    name: 'puts every file into backup mode at one SCN',
    run: (subject) =>
      inSession(subject, async (session) => {
        await session.beginBackup();
        const { files } = subject.world.state;
        const mode = await session.readBackupMode();
        const numbers = files.map(({ number }) => BigInt(number));
        assert.equal(mode.activeFiles, files.length);
        assert.equal(mode.distinctScns, 1);
        assert.equal(mode.lowestScn, files[0]?.backup.scn);
        assert.equal(mode.highestScn, mode.lowestScn);
        assert.equal(
          mode.fileNumberSum,
          numbers.reduce((sum, number) => sum + number, 0n),
        );
        assert.equal(
          mode.fileNumberSquareSum,
          numbers.reduce((sum, number) => sum + number * number, 0n),
        );
      }),
  },
  {
    name: 'ends backup mode and says what it was just before and after',
    run: (subject) =>
      inSession(subject, async (session) => {
        const { currentScn: fromScn } = await session.readStatus();
        await session.beginBackup();
        const during = await session.readBackupMode();
        const ended = await session.endBackup({ fromScn });
        assert.deepEqual(ended, { before: during, after: await session.readBackupMode() });
        assert.equal(ended.after?.activeFiles, 0);
        assert.equal(isAnyFileActive(subject.world), false);
      }),
  },
  {
    name: 'ends nothing that somebody else began, before or after us',
    run: (subject) =>
      inSession(subject, async (session) => {
        subject.world.beginBackup();
        const mode = await session.readBackupMode();
        const scn = mode.lowestScn ?? 0n;
        assert.deepEqual(await session.endBackup({ fromScn: scn + 1n }), { before: mode, after: mode });
        assert.deepEqual(await session.endBackup({ fromScn: 1n, toScn: scn - 1n }), { before: mode, after: mode });
        assert.deepEqual(activeFiles(subject.world), numbersOf(subject.world));
        const { after } = await session.endBackup({ fromScn: scn, toScn: scn });
        assert.equal(after?.activeFiles, 0);
      }),
  },
  {
    name: 'ends file by file what is ours, where something is not',
    run: (subject) =>
      inSession(subject, async (session) => {
        await session.beginBackup();
        const [theirs] = subject.world.state.files;
        assert.ok(theirs, 'the contract needs at least one data file');
        const { scn } = theirs.backup;
        theirs.backup = { ...theirs.backup, scn: scn - 1n };
        const { before, after } = await session.endBackup({ fromScn: scn });
        assert.deepEqual(activeFiles(subject.world), [theirs.number]);
        assert.deepEqual([before?.activeFiles, after?.activeFiles], [subject.world.state.files.length, 1]);
      }),
  },
  {
    name: 'refuses BEGIN while files are in backup mode and leaves them in it',
    run: (subject) =>
      inSession(subject, async (session) => {
        subject.world.beginBackup();
        await rejectsAsRefused(session.beginBackup(), 'ORA-01146');
        assert.equal(isAnyFileActive(subject.world), true);
      }),
  },
  {
    name: 'refuses BEGIN without archiving',
    run: (subject) =>
      inSession(subject, async (session) => {
        subject.world.setLogMode('NOARCHIVELOG');
        await rejectsAsRefused(session.beginBackup(), 'ORA-01123');
        assert.equal((await session.readStatus()).logMode, 'NOARCHIVELOG');
      }),
  },
  {
    name: 'has nothing to end when somebody else ended backup mode, and says so',
    run: (subject) =>
      inSession(subject, async (session) => {
        await session.beginBackup();
        subject.world.endBackup();
        const { before, after } = await session.endBackup({ fromScn: 1n });
        assert.deepEqual([before?.activeFiles, after?.activeFiles], [0, 0]);
      }),
  },
  {
    name: 'ends what another session began, for backup mode belongs to the database',
    run: async (subject) => {
      await inSession(subject, (session) => session.beginBackup());
      assert.equal(isAnyFileActive(subject.world), true);
      await inSession(subject, async (session) => void (await session.endBackup({ fromScn: 1n })));
      assert.equal(isAnyFileActive(subject.world), false);
    },
  },
  {
    name: 'archives the redo of every thread up to now',
    run: (subject) =>
      inSession(subject, async (session) => {
        const { currentScn: fromScn } = await session.readStatus();
        const toScn = subject.world.state.scn;
        const proof = await session.archiveCurrentLog();
        assert.ok(proof.scn >= toScn);
        const logs = await session.readArchivedLogs({ fromScn, toScn });
        const threads = Array.from({ length: subject.world.state.threads }, (_, index) => index + 1);
        assert.deepEqual([...new Set(logs.map(({ thread }) => thread))], threads);
        assert.deepEqual(
          proof.threads.map(({ thread, isProved }) => [thread, isProved]),
          threads.map((thread) => [thread, true]),
        );
        for (const log of logs) {
          assert.ok(log.isAvailable);
          assert.equal(log.resetlogsScn, subject.world.state.resetlogsScn);
          assert.ok(log.path !== undefined && subject.world.state.disk.read(log.path) !== undefined);
        }
        for (const thread of threads) {
          const own = logs.filter((log) => log.thread === thread);
          assert.ok(
            own.some(({ nextScn }) => nextScn > toScn),
            `thread ${thread} reaches ${toScn}`,
          );
        }
      }),
  },
  {
    name: 'leaves out archived logs whose redo lies outside the range',
    run: (subject) =>
      inSession(subject, async (session) => {
        await session.archiveCurrentLog();
        const fromScn = subject.world.state.scn;
        await session.archiveCurrentLog();
        const logs = await session.readArchivedLogs({ fromScn, toScn: fromScn + 1n });
        assert.equal(logs.length, subject.world.state.threads);
        for (const { firstScn, nextScn } of logs) assert.ok(firstScn <= fromScn + 1n && nextScn > fromScn);
      }),
  },
  {
    name: 'says of a deleted archived log that it is not available',
    run: (subject) =>
      inSession(subject, async (session) => {
        const fromScn = subject.world.state.scn;
        await session.archiveCurrentLog();
        for (const { archived } of subject.world.state.logs) if (archived !== undefined) archived.isDeleted = true;
        const [log] = await session.readArchivedLogs({ fromScn, toScn: fromScn + 1n });
        assert.equal(log?.isAvailable, false);
        assert.equal(log.path, undefined);
      }),
  },
  {
    name: 'refuses to archive when the destination is full',
    run: (subject) =>
      inSession(subject, async (session) => {
        subject.world.state.isArchiveDestinationFull = true;
        await rejectsAsRefused(session.archiveCurrentLog(), 'ORA-16038');
      }),
  },
  {
    name: 'counts the sessions of a purpose, until they end',
    run: (subject) =>
      inSession(subject, async (session) => {
        const other = await subject.database.openSession({ purpose: 'another purpose' });
        assert.equal(await session.countSessions(purpose), 1);
        assert.equal(await session.countSessions('another purpose'), 1);
        await other.close();
        assert.equal(await session.countSessions('another purpose'), 0);
      }),
  },
  {
    name: 'finds the sessions of a purpose and ends them',
    run: (subject) =>
      inSession(subject, async (session) => {
        await subject.database.openSession({ purpose: 'another purpose' });
        const [found] = await session.findSessions('another purpose');
        assert.ok(found, 'one session has this purpose');
        assert.deepEqual([found.purpose, found.instance, found.claim], ['another purpose', 1, undefined]);
        assert.equal(await session.killSession(found), 'killed');
        assert.equal(await session.killSession({ ...found, serial: found.serial + 1 }), 'gone');
      }),
  },
  {
    name: 'claims the database for one session at a time, until that ends',
    run: (subject) =>
      inSession(subject, async (session) => {
        const first = await subject.database.openSession({ purpose: 'first' });
        assert.deepEqual(await first.claimDatabase(), { kind: 'exclusive' });
        assert.deepEqual(await first.claimDatabase(), { kind: 'exclusive' }, 'claimed twice by the same session');
        const refused = await session.claimDatabase();
        assert.equal(refused.kind, 'taken');
        assert.deepEqual('by' in refused ? refused.by.map(({ purpose: by, claim }) => [by, claim]) : [], [
          ['first', 'exclusive'],
        ]);
        await first.close();
        assert.deepEqual(await session.claimDatabase(), { kind: 'exclusive' });
      }),
  },
  {
    name: 'writes restore material, over what is there',
    run: (subject) =>
      inSession(subject, async (session) => {
        const { state } = subject.world;
        const { archiveDirectory, disk } = state;
        state.directoryObjects = [{ name: 'ORASYNC', path: archiveDirectory }];
        const paths = {
          controlfile: `${archiveDirectory}/contract.ctl`,
          trace: `${archiveDirectory}/contract.sql`,
          pfile: `${archiveDirectory}/contract.ora`,
        };
        const manifest = {
          path: `${archiveDirectory}/contract.json`,
          lines: [`{"it's":"one",`, `"a":"${'&'.repeat(3000)}"}`],
        };
        const whole = { hasPfile: true, whyNoManifest: undefined };
        assert.deepEqual(await session.writeRestoreMaterial({ ...paths, manifest }), whole);
        assert.deepEqual(await session.writeRestoreMaterial({ ...paths, manifest }), whole);
        for (const path of Object.values(paths)) assert.notEqual(disk.read(path), undefined);
        assert.equal(disk.read(manifest.path), manifest.lines.map((line) => `${line}\n`).join(''));
      }),
  },
  {
    name: 'writes the rest of the restore material where no directory object takes the manifest',
    run: (subject) =>
      inSession(subject, async (session) => {
        const { state } = subject.world;
        const { archiveDirectory, disk } = state;
        state.directoryObjects = [{ name: 'ELSEWHERE', path: `${archiveDirectory}/elsewhere` }];
        const path = (end: string) => `${archiveDirectory}/contract.${end}`;
        const manifest = { path: path('json'), lines: ['{}'] };
        const { whyNoManifest } = await session.writeRestoreMaterial({
          controlfile: path('ctl'),
          trace: path('sql'),
          pfile: path('ora'),
          manifest,
        });
        assert.match(whyNoManifest ?? '', /no directory object leads to/);
        assert.equal(disk.read(manifest.path), undefined);
        assert.notEqual(disk.read(path('ctl')), undefined);
      }),
  },
  {
    name: 'sees RMAN at work',
    run: (subject) =>
      inSession(subject, async (session) => {
        subject.world.state.isRmanRunning = true;
        assert.deepEqual((await session.readStatus()).isRmanRunning, known(true));
      }),
  },
  {
    name: 'closes twice without complaint',
    run: async ({ database }) => {
      const session = await database.openSession({ purpose });
      await session.close();
      await session.close();
    },
  },
];
