import { describe, expect, it } from 'vitest';
import { readContainers } from './containers.js';
import { askingViews, reasonFor, type ViewAnswers } from './views.test.fixture.js';

const whole: ViewAnswers = {
  v$pdbs: ['~2|PDB$SEED|READ ONLY|', '~3|SALES|READ WRITE|', '~4|OLD|MOUNTED|'],
  dual: ['~1|CDB$ROOT|'],
  v$datafile: ['~1|4|', '~2|3|', '~3|5|', '~4|2|'],
};

const sees = async (change: ViewAnswers) =>
  (await readContainers(askingViews({ ...whole, ...change }))).seesAllContainers;

describe('a session in a container database', () => {
  it('in the root, with files of every container, sees them all', async () =>
    expect(await readContainers(askingViews(whole))).toEqual({
      containers: [
        { id: 2, name: 'PDB$SEED', openMode: 'READ ONLY' },
        { id: 3, name: 'SALES', openMode: 'READ WRITE' },
        { id: 4, name: 'OLD', openMode: 'MOUNTED' },
      ],
      sessionContainer: { id: 1, name: 'CDB$ROOT' },
      seesAllContainers: { isKnown: true, value: true },
    }));

  it.each<[string, ViewAnswers]>([
    [
      'is inside a pluggable database',
      { dual: ['~3|SALES|'], v$pdbs: ['~3|SALES|READ WRITE|'], v$datafile: ['~3|5|'] },
    ],
    ['gets no pluggable database named', { v$pdbs: ['no rows selected'], v$datafile: ['~1|4|'] }],
    ['is not shown the seed', { v$pdbs: ['~3|SALES|READ WRITE|'] }],
    ['gets every name and no files of them', { v$datafile: ['~1|4|'] }],
    ['gets no files of one that is open', { v$datafile: ['~1|4|', '~2|3|', '~4|2|'] }],
    ['gets no files of the seed', { v$datafile: ['~1|4|', '~3|5|', '~4|2|'] }],
    ['gets no files of the root', { v$datafile: ['~2|3|', '~3|5|', '~4|2|'] }],
    ['gets no files at all', { v$datafile: ['no rows selected'] }],
  ])('that %s does not see all', async (_, change) =>
    expect(await sees(change)).toEqual({ isKnown: true, value: false }),
  );

  it('cannot tell whether a closed container has no files or hides them', async () =>
    expect(await sees({ v$datafile: ['~1|4|', '~2|3|', '~3|5|'] })).toEqual({
      isKnown: false,
      reason: 'V$DATAFILE shows no file of container OLD, which is closed: it has none or hides them',
    }));

  it('cannot tell without V$DATAFILE', async () => {
    const { v$datafile: _, ...others } = whole;
    expect((await readContainers(askingViews(others))).seesAllContainers).toEqual(reasonFor('V$DATAFILE'));
  });

  it('fails without V$PDBS, since an empty list would pass for a database without containers', async () => {
    const { v$pdbs: _, ...others } = whole;
    await expect(readContainers(askingViews(others))).rejects.toMatchObject({ oracleCode: 'ORA-00942' });
  });
});
