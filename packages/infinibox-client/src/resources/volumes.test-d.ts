import { expectTypeOf, test } from 'vitest';
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
