// Workers run the same module on the same memory. The main thread writes a job and raises its number; each worker does
// its share and counts itself done; the main thread takes a share too.
#include "threads.h"

#include "simd.h"

#ifdef GRAFT_THREADS

// How often a thread looks before it goes to sleep.
static const int looks_before_sleep = 20000;
static const long long forever = -1;

static struct {
  parallel_task task;
  void *argument;
} job;
static int job_number;
static int finished;
static int threads = 1;
static int may_sleep;

int thread_count(void) { return threads; }

// The main thread of a page may not sleep: there it looks until all are done.
EXPORT("setThreads") void set_threads(int count, int main_may_sleep) {
  threads = count;
  may_sleep = main_may_sleep;
}

static void wait_for_workers(void) {
  int looks = 0;
  int done;
  while ((done = __atomic_load_n(&finished, __ATOMIC_ACQUIRE)) != threads - 1) {
    if (!may_sleep || ++looks < looks_before_sleep) continue;
    __builtin_wasm_memory_atomic_wait32(&finished, done, forever);
    looks = 0;
  }
}

void run_in_parallel(parallel_task task, void *argument) {
  if (threads == 1) {
    task(0, 1, argument);
    return;
  }
  job.task = task;
  job.argument = argument;
  __atomic_store_n(&finished, 0, __ATOMIC_RELAXED);
  __atomic_fetch_add(&job_number, 1, __ATOMIC_RELEASE);
  __builtin_wasm_memory_atomic_notify(&job_number, MAX_THREADS);
  task(0, threads, argument);
  wait_for_workers();
}

// Never returns; the host ends the worker.
EXPORT("runWorker") void run_worker(int thread) {
  int seen = 0;
  for (;;) {
    int looks = 0;
    int number;
    while ((number = __atomic_load_n(&job_number, __ATOMIC_ACQUIRE)) == seen) {
      if (++looks < looks_before_sleep) continue;
      __builtin_wasm_memory_atomic_wait32(&job_number, seen, forever);
      looks = 0;
    }
    seen = number;
    job.task(thread, threads, job.argument);
    __atomic_fetch_add(&finished, 1, __ATOMIC_RELEASE);
    __builtin_wasm_memory_atomic_notify(&finished, 1);
  }
}

#endif
