/** What users call this program: in its help, before its messages, in its log. */
export const programName = 'orasync-retention';
