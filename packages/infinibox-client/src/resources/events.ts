import { z } from 'zod';
import { type Call, type CallOptions, named } from '../call.js';
import { createListCalls, type ListCalls } from '../collection.js';
import { decode, instant } from '../wire.js';

/** Source: infinibox-api.md section 3.5. */
const eventSchema = z.looseObject({
  id: z.int(),
  /** Such as `VOLUME_CREATED`. */
  code: z.string(),
  /** `INFO`, `WARNING`, `ERROR` or `CRITICAL`. */
  level: z.string(),
  description: z.string(),
  timestamp: instant,
  username: z.string().nullish(),
  reporter: z.string().nullish(),
  visibility: z.string().nullish(),
  /** Text, although ids are numbers elsewhere. */
  affected_entity_id: z.string().nullish(),
  seq_num: z.int().nullish(),
  data: z.array(z.looseObject({ name: z.string(), type: z.string(), value: z.json() })).nullish(),
});

/**
 * Something that happened, in the array's own spelling; fields that are not listed pass as they are.
 *
 * @useDeclaredType
 */
export type Event = z.output<typeof eventSchema>;

/** How grave an event is. */
export type EventLevel = 'INFO' | 'WARNING' | 'ERROR' | 'CRITICAL';

/** The fields that the array filters and sorts events by. Source: infinibox-api.md section 3.5. */
export interface EventFields {
  readonly id: number;
  readonly code: string;
  readonly level: EventLevel;
  readonly timestamp: Date;
  readonly username: string;
  readonly reporter: string;
  readonly visibility: 'CUSTOMER' | 'INFINIDAT';
  readonly affected_entity_id: string;
  readonly seq_num: number;
}

/** `/events`: what happened on the array. */
export interface EventCalls extends ListCalls<Event, EventFields> {
  /** Writes an event of one's own, such as the beginning of a backup, into the array's log. */
  createCustom(
    request: {
      readonly level: EventLevel;
      /** `{name}` stands for the value of that name in `data`. */
      readonly description_template: string;
      /** Default: `CUSTOMER`. */
      readonly visibility?: 'CUSTOMER' | 'INFINIDAT' | undefined;
      readonly data?: readonly { readonly name: string; readonly value: string }[] | undefined;
    },
    options?: CallOptions,
  ): Promise<Event>;
}

export const createEvents = (call: Call): EventCalls => ({
  ...createListCalls<Event, EventFields>({ call, path: 'events', schema: eventSchema }),
  createCustom: async ({ level, description_template, visibility = 'CUSTOMER', data = [] }, { signal } = {}) => {
    const body = {
      level,
      description_template,
      visibility,
      data: data.map(({ name, value }) => ({ name, type: 'string', value })),
    };
    const request = { method: 'POST', path: 'events/custom', body, signal } as const;
    const { result } = await call(request);
    return decode(named(request), eventSchema, result);
  },
});
