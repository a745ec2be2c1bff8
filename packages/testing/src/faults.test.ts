import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createFaults, fault } from './faults.js';

const hang = { kind: 'hang', when: 'before' } as const;
const print = { kind: 'print', when: 'after', text: 'x' } as const;
const orphan = { kind: 'orphan', ms: 1 } as const;

describe('a fault', () => {
  it('lets calls pass, meets as many as it is told, and is gone', () => {
    const faults = createFaults();
    faults.inject({ match: 'BEGIN', skip: 1, times: 2, action: hang });
    const met = ['begin', 'begin', 'end', 'begin', 'begin'].map((what) => faults.take(what)?.kind);
    expect(met).toEqual([undefined, 'hang', undefined, 'hang', undefined]);
  });

  it('of a client is not used up by the database, nor the other way round', () => {
    const faults = createFaults();
    faults.inject({ match: 'x', action: print });
    faults.inject({ match: 'x', action: hang });
    expect(faults.takeForStatement('x')).toMatchObject([print]);
    expect(faults.take('x')).toEqual(hang);
    expect([faults.take('x'), faults.takeForStatement('x')]).toEqual([undefined, []]);
  });

  it('of a start is not met by statements, not even by those that speak of sqlplus', () => {
    const faults = createFaults();
    faults.inject({ match: 'sqlplus', action: hang });
    faults.inject({ match: 'ORCL', action: orphan });
    expect(faults.take("select 1 from v$session where program like 'sqlplus%'")).toBeUndefined();
    expect(faults.takeForStart('sqlplus -S system/***@ORCL')).toEqual([hang]);
  });

  it('that turns a knob waits for its moment', () => {
    const faults = createFaults();
    const knob = { logMode: 'NOARCHIVELOG' } as const;
    faults.inject({ match: 'x', action: { kind: 'database', when: 'after', knob } });
    expect(faults.takeKnobs('x', 'before')).toEqual([]);
    expect(faults.takeKnobs('x', 'after')).toEqual([knob]);
    expect(faults.takeKnobs('x', 'after')).toEqual([]);
  });

  it('of each kind has an example in the README that is one', async () => {
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
    const examples = [...readme.matchAll(/`(\{"kind": .*?\})`/g)].map(([, text = '']) =>
      JSON.parse(text.replaceAll(/: TEXT/g, ': "text"').replaceAll(/: N\b/g, ': 500')),
    ) as { kind: string }[];
    for (const action of examples) expect(fault.safeParse({ match: 'x', action }).error).toBeUndefined();
    const kinds = fault.shape.action.options.map(({ shape }) => shape.kind.value);
    expect(new Set(examples.map(({ kind }) => kind))).toEqual(new Set(kinds));
    const block = /```json\n(\{ "fault".*?)```/s.exec(readme)?.[1] ?? '';
    const commands = block
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { fault: unknown });
    expect(commands.map((command) => fault.safeParse(command.fault).success)).toEqual([true, true, true]);
  });
});
