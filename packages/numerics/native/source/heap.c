#include "heap.h"

#include "simd.h"

static const uint64_t page_bytes = 65536;
// Memory grows by a sixteenth at least, so that a series of growing calls does not grow it at each.
static const uint64_t growth_share = 16;

extern unsigned char __heap_base;
static uint64_t top;
static uint64_t failed_bytes;

static uint64_t current_top(void) {
  if (top == 0) top = ((uint64_t)(uintptr_t)&__heap_base + 63) & ~(uint64_t)63;
  return top;
}

static int ensure_capacity(uint64_t end) {
  const uint64_t pages = __builtin_wasm_memory_size(0);
  const uint64_t needed = (end + page_bytes - 1) / page_bytes;
  if (needed <= pages) return 1;
  if (needed > 65536) return 0;
  const uint64_t generous = pages + pages / growth_share;
  if (generous > needed && generous <= 65536 && __builtin_wasm_memory_grow(0, generous - pages) != SIZE_MAX) return 1;
  return __builtin_wasm_memory_grow(0, needed - pages) != SIZE_MAX;
}

EXPORT("heapTop") heap_mark heap_top(void) { return (heap_mark)current_top(); }

EXPORT("heapRelease") void heap_release(heap_mark mark) { top = mark; }

void *heap_allocate(uint64_t bytes) {
  const uint64_t start = current_top();
  const uint64_t end = (start + bytes + 63) & ~(uint64_t)63;
  if (end < start || end > UINT32_MAX || !ensure_capacity(end)) {
    failed_bytes = bytes;
    return 0;
  }
  top = end;
  return (void *)(uintptr_t)start;
}

// A double carries any size a caller may ask for, also one beyond 32 bits.
EXPORT("heapAllocate") void *heap_allocate_bytes(double bytes) {
  if (bytes < 0x1p53) return heap_allocate((uint64_t)bytes);
  failed_bytes = UINT64_C(1) << 53;
  return 0;
}

EXPORT("heapFailedBytes") double heap_failed_bytes(void) { return (double)failed_bytes; }
