import { describe, expect, it } from 'vitest';
import { answering, done, failed, modeRow } from './answers.test.fixture.js';
import type { Asking } from './ask.js';
import { endBackup } from './end-backup.js';
import { OracleError } from './errors.js';

const read = 'COUNT(DISTINCT change#)';
const block = 'DECLARE';
const ours = { fromScn: 100n };
const all = modeRow(4, 120n);
const none = modeRow(0);
const notCompiled = failed('ORA-06550: line 2, column 3:', 'PLS-00201: identifier must be declared');

describe('END', () => {
  it('goes out in one write, between two reads, and is never interrupted', async () => {
    const { asking, sent, batches } = answering([read, all, none], [block, done.block]);
    await expect(endBackup(asking, ours)).resolves.toMatchObject({
      before: { activeFiles: 4, lowestScn: 120n },
      after: { activeFiles: 0 },
    });
    expect(sent()).toHaveLength(1);
    expect(batches[0]?.map(({ isUninterruptible = false }) => isUninterruptible)).toEqual([false, true, false]);
    expect(batches[0]?.[1]?.input).toMatchInlineSnapshot(`
      "DECLARE
        all_active NUMBER;
        our_active NUMBER;
        failures VARCHAR2(32767);
      BEGIN
        SELECT COUNT(*), COUNT(CASE WHEN change# >= 100 THEN 1 END) INTO all_active, our_active FROM v$backup WHERE status = 'ACTIVE';
        IF our_active > 0 AND our_active = all_active THEN
          EXECUTE IMMEDIATE 'ALTER DATABASE END BACKUP';
        ELSIF our_active > 0 THEN
          FOR f IN (SELECT file# AS file_number FROM v$backup WHERE status = 'ACTIVE' AND change# >= 100) LOOP
            BEGIN
              EXECUTE IMMEDIATE 'ALTER DATABASE DATAFILE ' || f.file_number || ' END BACKUP';
            EXCEPTION
              WHEN OTHERS THEN
                IF SQLCODE NOT IN (-1140, -1142, -1199, -1260) THEN
                  failures := failures || ' ' || f.file_number || ':' || SQLCODE;
                END IF;
            END;
          END LOOP;
        END IF;
        IF failures IS NOT NULL THEN
          RAISE_APPLICATION_ERROR(-20101, 'END BACKUP failed for file:code' || failures);
        END IF;
      END;
      /"
    `);
  });

  it('asks the server to end only what was frozen in our range', async () => {
    const { asking, sent } = answering([read, none, none], [block, done.block]);
    await endBackup(asking, { fromScn: 100n, toScn: 15280596683192n });
    expect(sent()[0]?.[1]).toContain(`status = 'ACTIVE' AND change# BETWEEN 100 AND 15280596683192)`);
  });

  it('is sent although the reads around it fail', async () => {
    const denied = failed('ORA-00942: table or view does not exist');
    const { asking, warned } = answering([read, denied, denied], [block, done.block]);
    await expect(endBackup(asking, ours)).resolves.toEqual({ before: undefined, after: undefined });
    expect(warned).toEqual([expect.stringContaining('ORA-00942'), expect.stringContaining('ORA-00942')]);
  });

  it.each([
    ['ORA-01142: cannot end online backup - none of the files are in backup'],
    ['ORA-01140: cannot end online backup - all files are offline or readonly'],
    ['ORA-01199: file 3 is not in online backup mode'],
    ['ORA-01260: warning: END BACKUP succeeded but some files found not to be in backup mode'],
  ])('counts as done with %s, which is passed on as a warning', async (line) => {
    const { asking, warned } = answering([read, all, none], [block, failed(line, 'ORA-06512: at line 8')]);
    await expect(endBackup(asking, ours)).resolves.toMatchObject({ after: { activeFiles: 0 } });
    expect(warned).toContain(line);
  });
});

describe('where the server does not run the block', () => {
  it.each([
    ['it does not compile', notCompiled],
    ['a mounted database has no PL/SQL', failed('ORA-06553: PLS-213: package STANDARD not accessible')],
    ['its answer is not understood', ['what is this?']],
    ['nothing is printed', []],
  ])('because %s, a plain END does it', async (_, answer) => {
    const { asking, sent, batches } = answering(
      [read, all, all, all, none],
      [block, answer],
      ['END BACKUP', done.database],
    );
    await expect(endBackup(asking, ours)).resolves.toMatchObject({
      before: { activeFiles: 4 },
      after: { activeFiles: 0 },
    });
    expect(sent()[2]?.[0]).toBe('ALTER DATABASE END BACKUP;');
    expect(batches[2]?.[0]?.isUninterruptible).toBe(true);
  });

  it('a plain END ends file by file what is ours, where something is not', async () => {
    const mixed = modeRow(3, 90n, 120n);
    const { asking, sent } = answering(
      [read, mixed, mixed, mixed, modeRow(1, 90n)],
      [block, notCompiled],
      ['SELECT', ['~2|', '~7|']],
      ['END BACKUP', done.database, failed('ORA-01199: file 7 is not in online backup mode')],
    );
    await expect(endBackup(asking, ours)).resolves.toMatchObject({ after: { activeFiles: 1, highestScn: 90n } });
    expect(sent()[3]?.slice(0, 2)).toEqual([
      'ALTER DATABASE DATAFILE 2 END BACKUP;',
      'ALTER DATABASE DATAFILE 7 END BACKUP;',
    ]);
  });

  it.each([
    ['nothing is in backup mode', none],
    ['all that is began before us', modeRow(4, 90n)],
  ])('no plain END is sent when %s', async (_, mode) => {
    const { asking, sent } = answering([read, mode, mode, mode], [block, notCompiled]);
    await expect(endBackup(asking, ours)).resolves.toMatchObject({ before: { ...{} }, after: { ...{} } });
    expect(
      sent()
        .flat()
        .filter((input) => input.startsWith('ALTER')),
    ).toEqual([]);
  });

  it('no plain END is sent when others began before us and after us', async () => {
    const mode = modeRow(4, 90n, 130n);
    const { asking, sent } = answering([read, mode, mode, mode], [block, notCompiled], ['SELECT', done.none]);
    await expect(endBackup(asking, { fromScn: 100n, toScn: 120n })).resolves.toMatchObject({
      after: { activeFiles: 4 },
    });
    expect(sent()).toHaveLength(3);
  });

  it('the mode just before is that of the second read when the first failed', async () => {
    const { asking } = answering([read, ['?'], none, none], [block, notCompiled]);
    await expect(endBackup(asking, ours)).resolves.toMatchObject({ before: { activeFiles: 0 } });
  });

  it('what the block answered is the error when nothing can be read any more', async () => {
    const { asking, warned } = answering([read, all, all, new Error('it has ended')], [block, notCompiled]);
    await expect(endBackup(asking, ours)).rejects.toMatchObject({ oracleCode: 'ORA-06550' });
    expect(warned).toContain('Error: it has ended');
  });

  it('the first failure is the error, after every file was tried', async () => {
    const mixed = modeRow(3, 90n, 120n);
    const { asking, sent, warned } = answering(
      [read, mixed, mixed, mixed, mixed],
      [block, failed('ORA-20101: END BACKUP failed for file:code 2:-1254 7:-1254')],
      ['SELECT', ['~2|', '~7|', '~8|']],
      ['FILE 2 END', failed('ORA-01254: cannot end online backup - file 2 in recovery manager backup')],
      ['FILE 7 END', failed('ORA-01031: insufficient privileges')],
      ['FILE 8 END', done.database],
    );
    const failure = endBackup(asking, ours);
    await expect(failure).rejects.toThrow(OracleError);
    await expect(failure).rejects.toMatchObject({
      oracleCode: 'ORA-01254',
      statement: 'ALTER DATABASE DATAFILE 2 END BACKUP',
    });
    expect(sent()[3]).toHaveLength(3);
    expect(warned).toContainEqual(expect.stringContaining('ORA-01031'));
  });

  it('a failure counts for nothing once nothing of ours is in backup mode any more', async () => {
    const { asking } = answering(
      [read, all, all, all, none],
      [block, notCompiled],
      ['END BACKUP', failed('ORA-03290: something else')],
    );
    await expect(endBackup(asking, ours)).resolves.toMatchObject({ after: { activeFiles: 0 } });
  });

  it('an answer that is missing is no confirmation', async () => {
    const { asking } = answering([read, all, all, all, all], [block, notCompiled], ['END BACKUP', done.database]);
    const send: Asking['session']['send'] = async (commands) =>
      (await asking.session.send(commands)).filter(
        (_, index) => commands[index]?.label !== 'ALTER DATABASE END BACKUP' || index > 0,
      );
    const forgetful = { ...asking, session: { ...asking.session, send } };
    await expect(endBackup(forgetful, ours)).rejects.toMatchObject({ outcome: 'unknown' });
  });

  it('a read that fails after a good END is not known, and no failure', async () => {
    const { asking } = answering([read, all, all, all, ['?']], [block, notCompiled], ['END BACKUP', done.database]);
    await expect(endBackup(asking, ours)).resolves.toMatchObject({ before: { activeFiles: 4 }, after: undefined });
  });
});

describe('in a container database whose root reaches no file of a PDB', () => {
  const mixed = modeRow(5, 90n, 120n);
  const elsewhere = failed(
    'ORA-01516: nonexistent log file, data file, or temporary file "9" in the current container',
  );
  const isolated = [block, failed('ORA-20101: END BACKUP failed for file:code 9:-1516')] as const;
  const containers = ['v$pdbs', ['~2|PDB$SEED|', '~3|SALES|', '~4|HR|']] as const;

  it('a PDB is ended whole when all that is ACTIVE in it is ours', async () => {
    const { asking, sent } = answering(
      [read, mixed, mixed, mixed, modeRow(2, 90n)],
      isolated,
      containers,
      ['GROUP BY con_id', ['~1|1|1|', '~3|2|2|', '~4|2|1|']],
      ['SELECT', ['~1|', '~9|']],
      ['FILE 1 END', done.database],
      ['FILE 9 END', elsewhere],
      ['"SALES" END BACKUP', ['', 'Pluggable database altered.', '']],
    );
    await expect(endBackup(asking, ours)).resolves.toMatchObject({ after: { activeFiles: 2, highestScn: 90n } });
    expect(
      sent()
        .flat()
        .filter((input) => input.startsWith('ALTER PLUGGABLE')),
    ).toHaveLength(1);
  });

  it('that fails as the database says', async () => {
    const { asking, sent } = answering(
      [read, mixed, mixed, mixed, mixed],
      isolated,
      containers,
      ['GROUP BY con_id', ['~3|2|2|', '~4|2|2|']],
      ['SELECT', ['~9|']],
      ['FILE 9 END', elsewhere],
      ['PLUGGABLE', failed('ORA-01031: insufficient privileges'), ['', 'Pluggable database altered.', '']],
    );
    await expect(endBackup(asking, ours)).rejects.toMatchObject({ oracleCode: 'ORA-01031' });
    expect(
      sent()
        .flat()
        .filter((input) => input.startsWith('ALTER PLUGGABLE')),
    ).toHaveLength(2);
  });
});
