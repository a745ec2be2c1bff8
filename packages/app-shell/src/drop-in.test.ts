import { expect, test } from 'vitest';
import { hasDropInVariables, readDropIn } from './drop-in.js';

const env = {
  ORACLE_SERVER: 'ORCL',
  SQLPLUS_CONNECTION_STRING: 'system/Fake-pw@ORCL',
  REPLICATED_DATA_VOLUMES: 'a, b',
  REPLICATED_ARCHIVE_VOLUMES: 'c',
  SOURCE_INFINIBOX: 'http://127.0.0.1:8080',
  SOURCE_INFINIBOX_USER: 'admin',
  SOURCE_INFINIBOX_PASSWORD: 'Fake-array-pw',
  ORACLE_HOME: '/u01/19c',
};

test('the eight variables are a whole configuration', () => {
  const { config, oraclePassword } = readDropIn(env, 'array and database');
  expect(oraclePassword).toBe('Fake-pw');
  expect(config.databases[0]).toMatchObject({
    name: 'ORCL',
    oracle: { oracleHome: '/u01/19c', user: 'system', connectIdentifier: 'ORCL' },
    targets: { data: { volumes: ['a', 'b'] }, archive: { volumes: ['c'] } },
  });
  expect(config.array.url).toBe('http://127.0.0.1:8080');
  expect(JSON.stringify(config)).not.toMatch(/Fake/);
});

test.each([undefined, '', ' , '])(
  'an archive list of %j disables the archive snapshot',
  (REPLICATED_ARCHIVE_VOLUMES) => {
    const { config } = readDropIn({ ...env, REPLICATED_ARCHIVE_VOLUMES }, 'array and database');
    expect(config.databases[0]?.targets.archive).toBeUndefined();
  },
);

test.each([
  ['system/a@b/c@ORCL', { user: 'system', connectIdentifier: 'ORCL' }, 'a@b/c'],
  ['system/"quoted"@//db:1521/orcl', { connectIdentifier: '//db:1521/orcl' }, 'quoted'],
  ['sys/pw@ORCL as sysdba', { role: 'SYSDBA', connectIdentifier: 'ORCL' }, 'pw'],
  ['/@wallet', { connectIdentifier: 'wallet' }, undefined],
])('%s is a logon', (SQLPLUS_CONNECTION_STRING, oracle, password) => {
  const { config, oraclePassword } = readDropIn({ ...env, SQLPLUS_CONNECTION_STRING }, 'array and database');
  expect(config.databases[0]?.oracle).toMatchObject(oracle);
  expect(oraclePassword).toBe(password);
});

test('OS authentication needs the ORACLE_SID', () => {
  const local = { ...env, SQLPLUS_CONNECTION_STRING: '/ as sysbackup' };
  const { config } = readDropIn({ ...local, ORACLE_SID: 'ORCL1' }, 'array and database');
  expect(config.databases[0]?.oracle).toMatchObject({ sid: 'ORCL1', role: 'SYSBACKUP' });
  expect(() => readDropIn(local, 'array and database')).toThrow(
    /SQLPLUS_CONNECTION_STRING: names no @service, and ORACLE_SID is not set/,
  );
});

test('all that is missing is named at once', () => {
  expect(() => readDropIn({ ORACLE_SERVER: 'ORCL' }, 'array and database')).toThrow(
    /REPLICATED_DATA_VOLUMES: is not set\nSOURCE_INFINIBOX: is not set(.|\n)*ORACLE_HOME: is not set/,
  );
});

test('retention needs no database', () => {
  const { SQLPLUS_CONNECTION_STRING: _, ORACLE_HOME: __, ...rest } = env;
  expect(readDropIn(rest, 'array').config.databases[0]?.oracle).toBeUndefined();
});

test.each([
  ['REPLICATED_DATA_VOLUMES', 'a,a', /REPLICATED_DATA_VOLUMES: .*twice/],
  ['REPLICATED_ARCHIVE_VOLUMES', 'b', /REPLICATED_ARCHIVE_VOLUMES: .*data target too/],
  ['SQLPLUS_CONNECTION_STRING', 'system', /must look like user\/password@service/],
  ['SQLPLUS_CONNECTION_STRING', 'system/@ORCL', /user and password belong together/],
  ['ORASYNC_FINGERPRINT256', 'xx', /ORASYNC_FINGERPRINT256: .*32 pairs/],
])('%s=%s is refused by its name', (name, value, message) => {
  expect(() => readDropIn({ ...env, [name]: value }, 'array and database')).toThrow(message);
});

test('an ORACLE_HOME alone is in every shell, and no configuration', () => {
  expect(hasDropInVariables({ ORACLE_HOME: '/u01' })).toBe(false);
  expect(hasDropInVariables({ SOURCE_INFINIBOX: 'x' })).toBe(true);
});

test('for what only looks at the array, three variables are enough', () => {
  const { SOURCE_INFINIBOX, SOURCE_INFINIBOX_USER, SOURCE_INFINIBOX_PASSWORD } = env;
  const array = { SOURCE_INFINIBOX, SOURCE_INFINIBOX_USER, SOURCE_INFINIBOX_PASSWORD };
  expect(readDropIn(array, 'array alone').config.databases).toEqual([]);
  expect(readDropIn(env, 'array alone').config.databases.map(({ name }) => name)).toEqual(['ORCL']);
  expect(() => readDropIn({ ...env, SOURCE_INFINIBOX: '' }, 'array alone')).toThrow(/SOURCE_INFINIBOX: is not set/);
});
