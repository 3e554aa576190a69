// What the C text written by f2c expects to find.
#pragma once
#include <math.h>

typedef int integer;
typedef int logical;
typedef int ftnlen;
typedef double doublereal;
typedef float real;
typedef char *address;

#define TRUE_ 1
#define FALSE_ 0
#define abs(x) ((x) >= 0 ? (x) : -(x))
#define dabs(x) (doublereal) abs(x)
#define min(a, b) ((a) <= (b) ? (a) : (b))
#define max(a, b) ((a) >= (b) ? (a) : (b))
