import { describe, expect, it } from 'vitest';
import { answering, done, failed } from './answers.test.fixture.js';
import { writeRestoreMaterial } from './restore-material.js';
import type { Lines } from './session.js';

const created = ['', 'File created.', ''];

/** Answers CREATE PFILE with these lines, the trace likewise, and the control file copy with success. */
const asking = (pfile: Lines, trace: Lines = done.database) => {
  const { asking: parts, sent } = answering(
    ['CREATE PFILE', pfile],
    ['TO TRACE', trace],
    ['BACKUP CONTROLFILE', done.database],
  );
  return { parts, sent: () => sent().flat() };
};

const paths = { controlfile: '/arch/control.ctl', trace: '/arch/trace.sql', pfile: '/arch/init.ora' };

describe('restore material', () => {
  it('is control file copy, trace script and parameter file, in this order', async () => {
    const { parts, sent } = asking(created);
    await expect(writeRestoreMaterial(parts, paths)).resolves.toEqual({ hasPfile: true });
    expect(sent()).toEqual([
      "ALTER DATABASE BACKUP CONTROLFILE TO '/arch/control.ctl' REUSE;",
      "ALTER DATABASE BACKUP CONTROLFILE TO TRACE AS '/arch/trace.sql' REUSE;",
      "CREATE PFILE='/arch/init.ora' FROM SPFILE;",
    ]);
  });

  it('may lack the parameter file, which takes an administrative role', async () => {
    const { parts } = asking(failed('ORA-01031: insufficient privileges'));
    await expect(writeRestoreMaterial(parts, paths)).resolves.toEqual({ hasPfile: false });
  });

  it('fails when the parameter file cannot be written for another reason', async () => {
    const { parts } = asking(failed("ORA-01565: error in identifying file '?/dbs/spfile@.ora'"));
    const failure = writeRestoreMaterial(parts, paths);
    await expect(failure).rejects.toMatchObject({ oracleCode: 'ORA-01565' });
    await expect(failure).rejects.toThrow('(CREATE PFILE); written: control file copy, trace script');
  });

  it('is written as far as it can be, and the first failure names what was', async () => {
    const { parts, sent } = asking(created, failed('ORA-27040: file create error, unable to create file'));
    const failure = writeRestoreMaterial(parts, paths);
    await expect(failure).rejects.toMatchObject({ oracleCode: 'ORA-27040', outcome: 'refused' });
    await expect(failure).rejects.toThrow('written: control file copy, parameter file');
    expect(sent()).toHaveLength(3);
  });

  it('stops where an answer is lost, and says that nothing is known to be written', async () => {
    const lost = answering(['BACKUP CONTROLFILE TO', failed('ORA-03113: end-of-file on communication channel')]);
    const failure = writeRestoreMaterial(lost.asking, paths);
    await expect(failure).rejects.toMatchObject({ oracleCode: 'ORA-03113', outcome: 'unknown' });
    await expect(failure).rejects.toThrow('nothing is known to be written');
    expect(lost.sent()).toHaveLength(1);
  });

  it('stops where sqlplus gives no answer', async () => {
    const slow = answering(['BACKUP CONTROLFILE TO', new Error('No answer')]);
    await expect(writeRestoreMaterial(slow.asking, paths)).rejects.toThrow('No answer');
    expect(slow.sent()).toHaveLength(1);
  });

  it('is not begun when one of its paths has a newline', async () => {
    const { parts, sent } = asking([]);
    const attempt = writeRestoreMaterial(parts, { ...paths, pfile: '/arch/init\n.ora' });
    await expect(attempt).rejects.toMatchObject({ code: 'ORACLE_INPUT', message: expect.stringContaining('pfile') });
    expect(sent()).toEqual([]);
  });
});
