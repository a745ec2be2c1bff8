import { describe, expect, it } from 'vitest';
import { createDisk, mountDisks } from '../../disk.js';
import { createTestDatabase } from '../database.test.fixture.js';

/** A database with a directory object, and the account `guest` with these rights to it. */
const open = async (...rights: readonly ('READ' | 'WRITE')[]) => {
  const disk = mountDisks({ '/data': createDisk(), '/arch': createDisk() });
  const { database } = createTestDatabase({
    disk,
    users: [
      {
        ...{ name: 'guest', password: 'Fake-guest-secret' },
        roles: ['CREATE SESSION', ...rights.map((right) => `${right} ON DIRECTORY LOGS`)],
      },
    ],
    directoryObjects: [
      { name: 'LOGS', path: '/arch' },
      { name: 'NOWHERE', path: '/none' },
    ],
  });
  const guest = await database.logOn({ user: 'GUEST', password: 'Fake-guest-secret' });
  const administrator = await database.logOn({ as: 'SYSDBA' });
  return { disk, guest, administrator };
};

const writing = (file: string, ...statements: readonly string[]) =>
  `DECLARE f UTL_FILE.FILE_TYPE; BEGIN f := UTL_FILE.FOPEN(${file}); ${statements.join(' ')} UTL_FILE.FCLOSE(f); END;`;

describe('UTL_FILE', () => {
  it('writes lines to a new file, over what was there, or goes on with it', async () => {
    const { disk, guest } = await open('WRITE');
    await guest.execute(writing("'LOGS', 'a.txt', 'w'", "UTL_FILE.PUT_LINE(f, 'old');"));
    await guest.execute(writing("'LOGS', 'a.txt', 'W'", "UTL_FILE.PUT_LINE(f, 'one');", "UTL_FILE.PUT_LINE(f, '');"));
    await guest.execute(writing("'LOGS', 'a.txt', 'a'", "UTL_FILE.PUT_LINE(file => f, buffer => 'two');"));
    await guest.execute(writing("'LOGS', 'new.txt', 'a'", "UTL_FILE.PUT_LINE(f, 'first');"));
    expect(disk.read('/arch/a.txt')).toBe('one\n\ntwo\n');
    expect(disk.read('/arch/new.txt')).toBe('first\n');
  });

  it('keeps what is put in from the disk until the file is closed', async () => {
    const { disk, guest } = await open('WRITE');
    const failing = writing("'LOGS', 'a.txt', 'w'", "UTL_FILE.PUT_LINE(f, 'one');", 'RAISE PROGRAM_ERROR;');
    await expect(guest.execute(failing)).rejects.toMatchObject({ code: 'ORA-06501' });
    expect(disk.read('/arch/a.txt')).toBe('');
  });

  it.each([
    ['a directory that is not there', "'OTHER', 'a.txt', 'w'", 'ORA-29280'],
    ['a directory by its name in small letters', "'logs', 'a.txt', 'w'", 'ORA-29280'],
    ['a directory whose path is not there', "'NOWHERE', 'a.txt', 'w'", 'ORA-29283'],
  ])('refuses %s', async (_, file, code) => {
    const { administrator } = await open();
    await expect(administrator.execute(writing(file))).rejects.toMatchObject({ code });
  });

  it.each([
    ['shows a directory to nobody without a right to it', [], [], 'ORA-29280'],
    ['shows a directory to whoever may read there, and writes nothing for them', ['READ'], ['LOGS'], 'ORA-29289'],
  ] as const)('%s', async (_, rights, names, code) => {
    const { guest } = await open(...rights);
    const shown = await guest.execute('SELECT directory_name FROM all_directories');
    expect(shown).toMatchObject({ rows: names.map((name) => [name]) });
    await expect(guest.execute(writing("'LOGS', 'a.txt', 'w'"))).rejects.toMatchObject({ code });
  });

  it('takes lines up to the length that the file was opened with', async () => {
    const { disk, guest } = await open('WRITE');
    const put = (length: number) => `UTL_FILE.PUT_LINE(f, '${'x'.repeat(length)}');`;
    const failing = guest.execute(writing("'LOGS', 'a.txt', 'w'", put(1025)));
    await expect(failing).rejects.toMatchObject({ code: 'ORA-29285' });
    await guest.execute(writing("'LOGS', 'a.txt', 'w', 32767", put(1025)));
    expect(disk.read('/arch/a.txt')).toBe(`${'x'.repeat(1025)}\n`);
  });

  it('knows no file that is not open', async () => {
    const { guest } = await open('WRITE');
    const closed = "DECLARE f UTL_FILE.FILE_TYPE; BEGIN UTL_FILE.PUT_LINE(f, 'x'); END;";
    await expect(guest.execute(closed)).rejects.toMatchObject({ code: 'ORA-29282' });
    const twice = writing("'LOGS', 'a.txt', 'w'", 'UTL_FILE.FCLOSE(f);');
    await expect(guest.execute(twice)).rejects.toMatchObject({ code: 'ORA-29282' });
  });

  it('does not model reading', async () => {
    const { guest } = await open('WRITE');
    await expect(guest.execute(writing("'LOGS', 'a.txt', 'r'"))).rejects.toThrow('not modelled');
  });
});
