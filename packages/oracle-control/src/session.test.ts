import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OracleError, SqlplusStartError, SqlplusTimeoutError } from './errors.js';
import { type Command, createSession } from './session.js';
import { createManualClock, createProcess } from './session.test.fixture.js';

/** Lets every promise that can settle do so. */
const settle = () => new Promise((resolve) => void setImmediate(resolve));

const setUp = (behaviour: Parameters<typeof createProcess>[0] = {}) => {
  const { clock, pass } = createManualClock();
  const fake = createProcess(behaviour);
  const late: string[] = [];
  const session = createSession(fake.process, {
    nonce: 'n',
    limits: { exitMs: 50, answerCharacters: 1000 },
    clock,
    redact: (text) => text.replaceAll('secret', '***'),
    onLateEnd: (statement) => void late.push(statement),
  });
  return { session, pass, late, ...fake };
};

const command = (label: string, rest: Partial<Command> = {}): Command => ({
  label,
  input: `${label};`,
  limitMs: 100,
  ...rest,
});
const begin = command('BEGIN', { isUninterruptible: true, limitMs: 1000 });

/** Starts a call whose failure is looked at later. */
const started = <Value>(promise: Promise<Value>) => {
  promise.catch(() => undefined);
  return promise;
};

describe('a session', () => {
  it('sends a batch in one write and tells its answers apart, however the output is cut', async () => {
    const { session, events, print } = setUp();
    const answers = session.send([command('A'), command('B')]);
    await settle();
    expect(events).toEqual(['write A;\nPROMPT orasync.n.0\nB;\nPROMPT orasync.n.1\n']);
    for (const character of 'one\r\ntwo\norasync.n.0\n\norasync.n.1\n') print(character);
    await expect(answers).resolves.toEqual([['one', 'two'], ['']]);
  });

  it('has nothing to send for no commands', async () => {
    const { session, events } = setUp();
    await expect(session.send([])).resolves.toEqual([]);
    expect(events).toEqual([]);
  });

  it('finds an end marker that a prompt stands before', async () => {
    const { session, print } = setUp();
    const answers = session.send([command('A')]);
    await settle();
    print('New password: orasync.n.0\n');
    await expect(answers).resolves.toEqual([['New password: ']]);
  });

  it('sends the next batch only once the one before is answered', async () => {
    const { session, events, print } = setUp();
    const first = session.send([command('A')]);
    const second = session.send([command('B')]);
    await settle();
    expect(events).toHaveLength(1);
    print('orasync.n.0\n');
    await first;
    await settle();
    print('b\norasync.n.1\n');
    await expect(second).resolves.toEqual([['b']]);
  });

  it('ignores output that nobody asked for', async () => {
    const { session, print } = setUp();
    print('glogin\norasync.n.0\n');
    const answers = session.send([command('A')]);
    await settle();
    print('orasync.n.0\n');
    await expect(answers).resolves.toEqual([[]]);
  });

  it('kills a process that does not answer, and says so only when it is gone', async () => {
    const { session, events, pass, process } = setUp();
    const answers = started(session.send([command('A')]));
    await settle();
    pass(99);
    expect(events).toHaveLength(1);
    pass(1);
    await expect(answers).rejects.toThrow(
      new SqlplusTimeoutError({ statement: 'A', timeoutMs: 100, isStillRunning: false }),
    );
    await expect(process.exited).resolves.toMatchObject({ signal: 'SIGTERM' });
  });

  it('gives each command of a batch its own time', async () => {
    const { session, print, pass } = setUp();
    const answers = started(session.send([command('A'), command('B')]));
    await settle();
    pass(99);
    print('orasync.n.0\n');
    pass(99);
    print('orasync.n.1\n');
    await expect(answers).resolves.toHaveLength(2);
  });

  it('refuses every later call after a time limit, and says that nothing was sent', async () => {
    const { session, pass } = setUp();
    const first = started(session.send([command('A')]));
    const second = started(session.send([command('B')]));
    await settle();
    pass(100);
    await expect(first).rejects.toThrow(SqlplusTimeoutError);
    await expect(second).rejects.toMatchObject({ code: 'ORACLE', outcome: 'refused', statement: 'B' });
    await expect(session.send([command('C')])).rejects.toThrow('C was not sent');
  });

  it('kills a process that floods', async () => {
    const { session, events, print } = setUp();
    const answers = started(session.send([command('A')]));
    await settle();
    print('x'.repeat(600));
    expect(events).not.toContain('kill');
    print('x'.repeat(600));
    await expect(answers).rejects.toMatchObject({ code: 'ORACLE', outcome: 'unknown', statement: 'A' });
    expect(events).toContain('kill');
  });

  it('notices that sqlplus took an end marker for the answer to a question', async () => {
    const { session, events, print } = setUp();
    const answers = started(session.send([command('A'), command('B'), command('C')]));
    await settle();
    print('Enter value for x: \nSP2-0734: unknown command\norasync.n.1\n');
    await expect(answers).rejects.toMatchObject({
      code: 'ORACLE',
      outcome: 'unknown',
      message: 'sqlplus took input for the answer to a question of its own, in answer to A',
      output: expect.stringContaining('Enter value for x:'),
    });
    expect(events).toContain('kill');
  });

  it('stops at a line after which no end marker will come', async () => {
    const { session, events, print } = setUp();
    const answers = session.send([command('A', { stopAt: (line) => line.startsWith('ORA-28001') })]);
    await settle();
    print('ERROR:\nORA-28001: the password has expired\nNew pass');
    await expect(answers).resolves.toEqual([['ERROR:', 'ORA-28001: the password has expired']]);
    expect(events).toContain('kill');
    await expect(session.send([command('B')])).rejects.toThrow('B was not sent');
  });
});

describe('a process that ends by itself', () => {
  it('is a start failure before its first answer, with what it printed on either stream', async () => {
    const { session, exit, print, complain } = setUp();
    const answers = started(session.send([command('A')]));
    await settle();
    print('Error 6 initializing SQL*Plus\nSP2-0750: You may need to set ORACLE_HOME');
    complain('noise\n');
    exit({ status: 1, signal: null });
    await expect(answers).rejects.toThrow(SqlplusStartError);
    await expect(answers).rejects.toMatchObject({
      message: '/o/bin/sqlplus ended (exit status 1): Error 6 initializing SQL*Plus',
      outcome: 'refused',
      output: 'Error 6 initializing SQL*Plus\nSP2-0750: You may need to set ORACLE_HOME\nnoise',
      hint: expect.stringContaining('oracleHome'),
    });
  });

  it('is told apart when it misses a library', async () => {
    const { session, exit, complain } = setUp();
    const answers = started(session.send([command('A')]));
    await settle();
    complain('sqlplus: error while loading shared libraries: libsqlplus.so: cannot open shared object file');
    exit({ status: 127, signal: null });
    await expect(answers).rejects.toMatchObject({ hint: expect.stringContaining('A library of sqlplus is missing') });
  });

  it('may print nothing at all', async () => {
    const { session, exit } = setUp();
    const answers = started(session.send([command('A')]));
    await settle();
    exit({ status: null, signal: 'SIGKILL' });
    await expect(answers).rejects.toThrow('/o/bin/sqlplus ended (SIGKILL): it printed nothing');
  });

  it('leaves the outcome unknown in mid statement, and its output without the password', async () => {
    const { session, exit, print } = setUp();
    const first = session.send([command('A')]);
    await settle();
    print('orasync.n.0\n');
    await first;
    const answers = started(session.send([command('B')]));
    await settle();
    print('half a secret');
    exit({ status: null, signal: 'SIGSEGV' });
    await expect(answers).rejects.toThrow(OracleError);
    await expect(answers).rejects.toMatchObject({
      message: 'sqlplus ended (SIGSEGV) before it answered B',
      outcome: 'unknown',
      output: 'half a ***',
    });
  });

  it.each([
    ['ORA-01146: cannot start online backup', 'refused'],
    ['ORA-03113: end-of-file on communication channel', 'unknown'],
    ['SP2-0734: unknown command beginning "x"\n\nDatabase altered.', 'unknown'],
    ['ORA-28002: the password will expire within 7 days', 'unknown'],
  ])('may have said why: %s', async (reason, outcome) => {
    const { session, exit, print } = setUp();
    const first = session.send([command('A')]);
    await settle();
    print('orasync.n.0\n');
    await first;
    const answers = started(session.send([command('B')]));
    await settle();
    print(`${reason}\n`);
    exit({ status: 4, signal: null });
    await expect(answers).rejects.toMatchObject({
      message: expect.stringContaining('sqlplus ended (exit status 4) before it answered B'),
      output: reason,
      outcome,
    });
  });

  it('makes every later call a refusal', async () => {
    const { session, exit } = setUp();
    exit({ status: 3, signal: null });
    await settle();
    await expect(session.send([command('A')])).rejects.toMatchObject({
      outcome: 'refused',
      message: expect.stringContaining('exit status 3'),
    });
  });
});

describe('a statement that must not be interrupted', () => {
  it('is not killed at its limit: the input is closed, the caller told, the session unusable', async () => {
    const { session, events, pass } = setUp({ diesOnEof: false });
    const answers = started(session.send([begin]));
    await settle();
    pass(1000);
    await expect(answers).rejects.toMatchObject({ code: 'SQLPLUS_TIMEOUT', isStillRunning: true, outcome: 'unknown' });
    expect(events).toEqual([expect.stringContaining('BEGIN'), 'end of input']);
    await expect(session.send([command('A')])).rejects.toMatchObject({ outcome: 'refused' });
  });

  it('is still not killed when the session is closed', async () => {
    const { session, events, pass, late } = setUp({ diesOnEof: false });
    const answers = started(session.send([begin]));
    await settle();
    pass(1000);
    await expect(answers).rejects.toThrow(SqlplusTimeoutError);
    const closed = session.close();
    await settle();
    pass(50);
    await closed;
    expect(events).toContain('unref');
    expect(events).not.toContain('kill');
    expect(late).toEqual([]);
  });

  it('is reported when it ends after all, and a sqlplus that then stays is killed', async () => {
    const { session, events, pass, print, late } = setUp({ diesOnEof: false });
    const answers = started(session.send([begin]));
    await settle();
    pass(1000);
    await expect(answers).rejects.toThrow(SqlplusTimeoutError);
    print(`${'x'.repeat(2000)}\n\nDatabase altered.\n\norasync.`);
    print('n.0\n');
    await settle();
    expect(late).toEqual(['BEGIN']);
    pass(50);
    await settle();
    expect(events).toContain('kill');
  });

  it('is reported when its sqlplus ends without an answer', async () => {
    const { session, exit, pass, late } = setUp({ diesOnEof: false });
    const answers = started(session.send([begin]));
    await settle();
    pass(1000);
    await expect(answers).rejects.toThrow(SqlplusTimeoutError);
    exit({ status: 1, signal: null });
    await settle();
    expect(late).toEqual(['BEGIN']);
  });

  it('needs no kill when its sqlplus ends with it', async () => {
    const { session, events, exit, pass, print } = setUp({ diesOnEof: false });
    const answers = started(session.send([begin]));
    await settle();
    pass(1000);
    await expect(answers).rejects.toThrow(SqlplusTimeoutError);
    print('orasync.n.0\n');
    exit({ status: 0, signal: null });
    await settle();
    pass(50);
    await settle();
    expect(events).not.toContain('kill');
  });

  it('protects the command before it in the same write', async () => {
    const { session, events, pass, print, late } = setUp({ diesOnEof: false });
    const answers = started(session.send([command('READ'), begin]));
    await settle();
    pass(100);
    await expect(answers).rejects.toMatchObject({ statement: 'READ', isStillRunning: true });
    print('orasync.n.0\n');
    expect(late).toEqual([]);
    print('orasync.n.1\n');
    expect(late).toEqual(['READ; BEGIN']);
    expect(events).not.toContain('kill');
  });

  it('is given up once when end markers are missing as well', async () => {
    const { session, events, pass, print, late } = setUp({ diesOnEof: false });
    const answers = started(session.send([command('READ'), begin]));
    await settle();
    pass(100);
    await expect(answers).rejects.toThrow(SqlplusTimeoutError);
    print('orasync.n.1\n');
    expect(events).not.toContain('kill');
    expect(late).toEqual([]);
  });

  it('is let run when the session is closed meanwhile', async () => {
    const { session, events, pass, print } = setUp({ diesOnEof: false });
    const answers = session.send([begin]);
    await settle();
    const closed = session.close();
    await settle();
    pass(50);
    await closed;
    expect(events).not.toContain('kill');
    print('orasync.n.0\n');
    await expect(answers).resolves.toEqual([[]]);
  });
});

describe('any output at all', () => {
  const piece = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\n', '\r\n', 'orasync.n.0\n', 'ORA-', '~1|'));

  it('ends in an answer or in a typed error within the limit', async () =>
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 12 }), fc.boolean(), async (pieces, dies) => {
        const { session, print, pass, exit } = setUp();
        const answers = started(session.send([command('A')]));
        await settle();
        for (const each of pieces) print(each);
        if (dies) exit({ status: 0, signal: null });
        await settle();
        pass(100);
        const outcome = await answers.then(
          () => 'answer',
          ({ code }: { code: string }) => code,
        );
        expect(['answer', 'SQLPLUS_START', 'SQLPLUS_TIMEOUT']).toContain(outcome);
      }),
    ));
});

describe('closing', () => {
  it('lets sqlplus end by itself', async () => {
    const { session, events } = setUp();
    await session.close();
    expect(events).toEqual(['write EXIT\n', 'end of input', 'end of group']);
    await expect(session.send([command('A')])).rejects.toThrow('its session has ended: it was closed');
  });

  it('kills a sqlplus that does not end', async () => {
    const { session, events, pass } = setUp({ diesOnEof: false });
    const closed = session.close();
    await settle();
    pass(50);
    await closed;
    expect(events).toContain('kill');
  });
});

describe('aborting', () => {
  it('kills sqlplus and rejects what runs with the reason', async () => {
    const { session, events } = setUp();
    const answers = started(session.send([command('A')]));
    await settle();
    await session.abort(new Error('interrupted'));
    await expect(answers).rejects.toThrow('interrupted');
    expect(events).toContain('kill');
  });

  it('keeps the reason when nothing runs', async () => {
    const { session } = setUp();
    await session.abort(new Error('interrupted'));
    await expect(session.send([command('A')])).rejects.toMatchObject({ cause: new Error('interrupted') });
  });
});
