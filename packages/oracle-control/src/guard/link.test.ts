import { duplexPair } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createLink } from './link.js';

const schema = z.object({ text: z.string(), scn: z.string().transform(BigInt).optional() });
type Message = z.output<typeof schema>;

const pair = () => {
  const [here, there] = duplexPair();
  const link = createLink<Message, Message>(there, schema);
  return { here, there, near: createLink<Message, Message>(here, schema), link };
};

const next = (link: ReturnType<typeof pair>['link']) => new Promise<Message>((resolve) => link.receive(resolve));

describe('a link', () => {
  test('carries messages both ways, with newlines in them and SCNs of any size', async () => {
    const { near, link } = pair();
    near.send({ text: 'a\nb', scn: 99_999_999_999_999_999n });
    expect(await next(link)).toEqual({ text: 'a\nb', scn: 99_999_999_999_999_999n });
    link.send({ text: 'back' });
    expect(await next(near)).toEqual({ text: 'back' });
  });

  test('keeps messages until somebody takes them, in order', async () => {
    const { near, link } = pair();
    near.send({ text: 'one' });
    near.send({ text: 'two' });
    near.close();
    await link.closed;
    const texts: string[] = [];
    link.receive(({ text }) => texts.push(text));
    expect(texts).toEqual(['one', 'two']);
  });

  test('is closed when the other side goes, and drops what is sent then', async () => {
    const { near, link } = pair();
    near.close();
    await link.closed;
    link.close();
    expect(() => link.send({ text: 'late' })).not.toThrow();
  });

  test.each(['no JSON\n', '{"text":1}\n'])('is closed by what is no message: %j', async (text) => {
    const { here, link } = pair();
    here.write(text);
    await expect(link.closed).resolves.toBeUndefined();
  });

  test('is closed by an error of the pipe', async () => {
    const { there, link } = pair();
    there.destroy(new Error('ECONNRESET'));
    await expect(link.closed).resolves.toBeUndefined();
  });
});
