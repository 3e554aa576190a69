// Fork and join over the workers of a threaded module; a plain call in the others.
#pragma once

enum { MAX_THREADS = 16 };

typedef void (*parallel_task)(int thread, int threads, void *argument);

#ifdef GRAFT_THREADS
int thread_count(void);
void run_in_parallel(parallel_task task, void *argument);
#else
static inline int thread_count(void) { return 1; }
static inline void run_in_parallel(parallel_task task, void *argument) { task(0, 1, argument); }
#endif

// Where thread `thread` of `threads` begins when `count` columns are shared out in multiples of `multiple`.
static inline int share_start(int count, int thread, int threads, int multiple) {
  if (thread >= threads) return count;
  return (int)((double)count * thread / threads) / multiple * multiple;
}

// The same for the columns of a triangle, so that each share has the same area. Columns of a lower one grow shorter.
static inline int triangle_share_start(int count, int thread, int threads, int multiple, int lower) {
  if (thread >= threads) return count;
  const double part = (double)thread / threads;
  const double column = lower ? 1 - __builtin_sqrt(1 - part) : __builtin_sqrt(part);
  return (int)(count * column) / multiple * multiple;
}
