import { expect, test } from 'vitest';
import { connect, serve, success } from '../fixtures/array-server.test.fixture.js';

test('reads name, serial number, version and clock, and passes what it does not know', async () => {
  const server = await serve(() =>
    success({
      name: 'box',
      serial_number: 20040,
      version: '7.3.1.0',
      localtime: { utc_time: 1_700_000_000_000, zone: 'UTC' },
      operational_state: { state: 'ACTIVE' },
    }),
  );
  expect(await connect(server).system.get()).toEqual({
    name: 'box',
    serial_number: 20040,
    version: '7.3.1.0',
    localtime: { utc_time: new Date(1_700_000_000_000), zone: 'UTC' },
    operational_state: { state: 'ACTIVE' },
  });
});

test('does without the clock', async () => {
  const server = await serve(() => success({ name: 'box', serial_number: 1, version: '5.0' }));
  expect(await connect(server).system.get()).toEqual({ name: 'box', serial_number: 1, version: '5.0' });
});
