// The engine's memory: one stack that grows with the module's linear memory.
//
// Every call of the engine remembers the top, allocates what it needs and goes back to where it was, whatever
// happened in between. There is nothing to free one by one and nothing to leak.
#pragma once
#include <stdint.h>

typedef uint32_t heap_mark;

heap_mark heap_top(void);
void heap_release(heap_mark mark);

// `bytes` of memory aligned to 64, or null where the 4 GiB of a 32-bit module or the machine's memory do not suffice.
// The size of a request that failed is kept for the error message.
void *heap_allocate(uint64_t bytes);

static inline double *heap_doubles(uint64_t count) { return heap_allocate(count * sizeof(double)); }
static inline int *heap_ints(uint64_t count) { return heap_allocate(count * sizeof(int)); }

// What a routine answers in place of LAPACK's `info` when its workspace could not be had.
enum { OUT_OF_MEMORY = -1 };
