import { describe, expect, it } from 'vitest';
import { answering, done, failed } from './answers.test.fixture.js';
import { writeRestoreMaterial } from './restore-material.js';
import type { Lines } from './session.js';

const created = ['', 'File created.', ''];

/** Answers CREATE PFILE with these lines, the trace likewise, and everything else with success. */
const asking = (pfile: Lines, trace: Lines = done.database) => {
  const { asking: parts, sent } = answering(
    ['CREATE PFILE', pfile],
    ['TO TRACE', trace],
    ['BACKUP CONTROLFILE', done.database],
    ['FROM all_directories', ['~ORASYNC|']],
    ['UTL_FILE', done.block],
  );
  return { parts, sent: () => sent().flat() };
};

const paths = { controlfile: '/arch/control.ctl', trace: '/arch/trace.sql', pfile: '/arch/init.ora' };
const material = { ...paths, manifest: { path: '/arch/files.json', lines: ['{', "it's", '}'] } };
const all = { hasPfile: true, whyNoManifest: undefined };

/** Answers the directories with these rows, and each block with the next of these. */
const writing = (directories: Lines, ...blocks: readonly (Lines | Error)[]) => {
  const { asking: parts, sent } = answering(
    ['CREATE PFILE', created],
    ['CONTROLFILE', done.database, done.database],
    ['FROM all_directories', directories],
    ['UTL_FILE', ...blocks],
  );
  return { parts, blocks: () => sent().flat().slice(4) };
};

describe('restore material', () => {
  it('is control file copy, trace script, parameter file and manifest, in this order', async () => {
    const { parts, sent } = asking(created);
    await expect(writeRestoreMaterial(parts, material)).resolves.toEqual(all);
    expect(sent()).toEqual([
      "ALTER DATABASE BACKUP CONTROLFILE TO '/arch/control.ctl' REUSE;",
      "ALTER DATABASE BACKUP CONTROLFILE TO TRACE AS '/arch/trace.sql' REUSE;",
      "CREATE PFILE='/arch/init.ora' FROM SPFILE;",
      expect.stringContaining("directory_path IN ('/arch', '/arch/')"),
      [
        'DECLARE',
        '  f UTL_FILE.FILE_TYPE;',
        'BEGIN',
        "  f := UTL_FILE.FOPEN('ORASYNC', 'files.json', 'w', 32767);",
        "  UTL_FILE.PUT_LINE(f, '{');",
        "  UTL_FILE.PUT_LINE(f, 'it''s');",
        "  UTL_FILE.PUT_LINE(f, '}');",
        '  UTL_FILE.FCLOSE(f);',
        'END;',
        '/',
      ].join('\n'),
    ]);
  });

  it('may lack the parameter file, which takes an administrative role', async () => {
    const { parts } = asking(failed('ORA-01031: insufficient privileges'));
    await expect(writeRestoreMaterial(parts, material)).resolves.toEqual({ ...all, hasPfile: false });
  });

  it('fails when the parameter file cannot be written for another reason', async () => {
    const { parts } = asking(failed("ORA-01565: error in identifying file '?/dbs/spfile@.ora'"));
    const failure = writeRestoreMaterial(parts, material);
    await expect(failure).rejects.toMatchObject({ oracleCode: 'ORA-01565' });
    await expect(failure).rejects.toThrow('(CREATE PFILE); written: control file copy, trace script');
  });

  it('is written as far as it can be, and the first failure names what was', async () => {
    const { parts, sent } = asking(created, failed('ORA-27040: file create error, unable to create file'));
    const failure = writeRestoreMaterial(parts, material);
    await expect(failure).rejects.toMatchObject({ oracleCode: 'ORA-27040', outcome: 'refused' });
    await expect(failure).rejects.toThrow('written: control file copy, parameter file');
    expect(sent()).toHaveLength(5);
  });

  it('stops where an answer is lost, and says that nothing is known to be written', async () => {
    const lost = answering(['BACKUP CONTROLFILE TO', failed('ORA-03113: end-of-file on communication channel')]);
    const failure = writeRestoreMaterial(lost.asking, material);
    await expect(failure).rejects.toMatchObject({ oracleCode: 'ORA-03113', outcome: 'unknown' });
    await expect(failure).rejects.toThrow('nothing is known to be written');
    expect(lost.sent()).toHaveLength(1);
  });

  it('stops where sqlplus gives no answer', async () => {
    const slow = answering(['BACKUP CONTROLFILE TO', new Error('No answer')]);
    await expect(writeRestoreMaterial(slow.asking, material)).rejects.toThrow('No answer');
    expect(slow.sent()).toHaveLength(1);
  });

  it('is not begun when one of its paths has a newline', async () => {
    const { parts, sent } = asking([]);
    const attempt = writeRestoreMaterial(parts, { ...material, pfile: '/arch/init\n.ora' });
    await expect(attempt).rejects.toMatchObject({ code: 'ORACLE_INPUT', message: expect.stringContaining('pfile') });
    expect(sent()).toEqual([]);
  });

  it('is not begun when a line of its manifest is two', async () => {
    const { parts, sent } = asking([]);
    const manifest = { path: '/arch/files.json', lines: ['one\ntwo'] };
    const attempt = writeRestoreMaterial(parts, { ...material, manifest });
    await expect(attempt).rejects.toMatchObject({ code: 'ORACLE_INPUT', message: expect.stringContaining('manifest') });
    expect(sent()).toEqual([]);
  });

  it('has a manifest of many lines from several blocks, the first of which begins the file', async () => {
    const { parts, blocks } = writing(['~ORASYNC|'], done.block, done.block, done.block);
    const manifest = { path: '/arch/files.json', lines: Array.from({ length: 201 }, (_, index) => `line ${index}`) };
    await expect(writeRestoreMaterial(parts, { ...material, manifest })).resolves.toEqual(all);
    expect(blocks().map((block) => /'files.json', '(.)'/.exec(block)?.[1])).toEqual(['w', 'a', 'a']);
    expect(
      blocks()
        .join('\n')
        .match(/'line \d+'/g),
    ).toEqual(manifest.lines.map((line) => `'${line}'`));
  });

  it('lacks the manifest where no directory object leads to its directory', async () => {
    const { parts, blocks } = writing(done.none);
    const { whyNoManifest } = await writeRestoreMaterial(parts, material);
    expect(whyNoManifest).toBe('no directory object leads to /arch, or the account has no right to it');
    expect(blocks()).toEqual([]);
  });

  it('has the manifest by the first directory object that the account may write to', async () => {
    const { parts, blocks } = writing(['~A|', '~B|'], failed('ORA-29289: directory access denied'), done.block);
    await expect(writeRestoreMaterial(parts, material)).resolves.toEqual(all);
    expect(blocks().map((block) => /FOPEN\('(.)'/.exec(block)?.[1])).toEqual(['A', 'B']);
  });

  it('lacks the manifest where it cannot be written, and says why', async () => {
    const { parts } = writing(['~ORASYNC|'], failed('ORA-29283: invalid file operation'));
    const { whyNoManifest } = await writeRestoreMaterial(parts, material);
    expect(whyNoManifest).toContain('ORA-29283');
  });

  it('stops where the answer about the manifest is lost, and names what was written', async () => {
    const { parts } = writing(['~ORASYNC|'], failed('ORA-03113: end-of-file on communication channel'));
    const failure = writeRestoreMaterial(parts, material);
    await expect(failure).rejects.toMatchObject({ oracleCode: 'ORA-03113', outcome: 'unknown' });
    await expect(failure).rejects.toThrow('written: control file copy, trace script, parameter file');
  });
});
