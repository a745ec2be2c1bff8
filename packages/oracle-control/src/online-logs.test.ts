import { describe, expect, it } from 'vitest';
import { readOnlineLogs } from './online-logs.js';
import { askingViews } from './views.test.fixture.js';

describe('the online logs', () => {
  it('of which the current one has no end yet, whatever number the release shows', async () => {
    const logs = await readOnlineLogs(
      askingViews({
        v$log: [
          '~1|1|70|209715200|2|YES|INACTIVE|15280596683192|15280596690000|',
          '~2|1|71|209715200|2|NO|CURRENT|15280596690000|18446744073709551615|',
          '~3|2|9|209715200|2|NO|CURRENT|15280596690001|281474976710655|',
          '~4|2|0|209715200|2|YES|UNUSED|0|\\z|',
          '~5|2|8|209715200|2|NO|CLEARING_CURRENT|15280596680000|281474976710655|',
        ],
      }),
    );
    expect(logs[0]).toEqual({
      group: 1,
      thread: 1,
      sequence: 70,
      sizeBytes: 209715200n,
      memberCount: 2,
      isArchived: true,
      status: 'INACTIVE',
      firstScn: 15280596683192n,
      nextScn: 15280596690000n,
    });
    expect(logs.slice(1).map(({ nextScn }) => nextScn)).toEqual([undefined, undefined, undefined, undefined]);
    expect(logs.map(({ isArchived }) => isArchived)).toEqual([true, false, false, true, false]);
  });
});
