import { expectTypeOf, test } from 'vitest';
import type { InfiniboxClient } from '../client.js';
import type { Volume, VolumeFilter, VolumeQuery } from './volumes.js';

test('a filter knows the fields and what each can be compared with', () => {
  expectTypeOf<{ readonly name: { readonly like: string }; readonly cg_id: null }>().toExtend<VolumeFilter>();
  expectTypeOf<{ readonly created_at: { readonly between: readonly [Date, Date] } }>().toExtend<VolumeFilter>();
  expectTypeOf<{
    readonly type: 'SNAPSHOT';
    readonly id: { readonly in: readonly number[] };
  }>().toExtend<VolumeFilter>();
  expectTypeOf<{ readonly id: { readonly like: string } }>().not.toExtend<VolumeFilter>();
  expectTypeOf<{ readonly mapped: { readonly gt: boolean } }>().not.toExtend<VolumeFilter>();
  expectTypeOf<{ readonly created_at: number }>().not.toExtend<VolumeFilter>();
  expectTypeOf<{ readonly type: 'CLONE' }>().not.toExtend<VolumeFilter>();
  // @ts-expect-error the array cannot filter by it
  const filter: VolumeFilter = { has_children: true };
  expectTypeOf(filter).toEqualTypeOf<VolumeFilter>();
});

test('a list is sorted by fields that exist', () => {
  expectTypeOf<{ readonly sort: readonly ['-created_at', 'id'] }>().toExtend<VolumeQuery>();
  expectTypeOf<{ readonly sort: readonly ['+id'] }>().not.toExtend<VolumeQuery>();
});

test('a volume has its times as Dates', () => {
  expectTypeOf<Volume['created_at']>().toEqualTypeOf<Date>();
  expectTypeOf<Volume['lock_expires_at']>().toEqualTypeOf<Date | null | undefined>();
  expectTypeOf<Volume['parent_id']>().toEqualTypeOf<number>();
});

declare const client: InfiniboxClient;
type Element<T> = T extends AsyncIterable<infer Item> ? Item : never;

test('the fields asked for narrow what a list gives', () => {
  const named = client.volumes.list({ fields: ['name', 'created_at'] });
  expectTypeOf<Element<typeof named>>().toEqualTypeOf<{ id: number; name: string; created_at: Date }>();
  const query = { filter: { type: 'SNAPSHOT' }, fields: ['name'] } as const;
  const names = client.volumes.list(query);
  expectTypeOf<Element<typeof names>>().toEqualTypeOf<{ id: number; name: string }>();
  const all = client.volumes.list({ filter: { name: 'a' } });
  expectTypeOf<Element<typeof all>>().toEqualTypeOf<Volume>();
  // @ts-expect-error there is no such field
  client.volumes.list({ fields: ['nmae'] });
});

test('a filter or sort on a field that the resource lacks does not compile', () => {
  expectTypeOf<{ readonly serial: string }>().not.toExtend<
    Exclude<Parameters<InfiniboxClient['pools']['count']>[0], undefined>
  >();
  expectTypeOf<{ readonly name: string }>().toExtend<Parameters<InfiniboxClient['pools']['count']>[0]>();
  // @ts-expect-error filesystems have no serial
  void client.filesystems.find({ serial: 'a' });
  // @ts-expect-error events have no name
  client.events.list({ sort: ['name'] });
});

test('a set is asked for its members, and nothing else is', () => {
  expectTypeOf<{ readonly replication_types: { readonly anyof: readonly ['ASYNC'] } }>().toExtend<VolumeFilter>();
  expectTypeOf<{ readonly replication_types: 'ASYNC' }>().not.toExtend<VolumeFilter>();
  expectTypeOf<{ readonly name: { readonly anyof: readonly ['a'] } }>().not.toExtend<VolumeFilter>();
});
