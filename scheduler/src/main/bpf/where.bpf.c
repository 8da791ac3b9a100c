// SPDX-License-Identifier: GPL-2.0
/*
 * For 'shunt where-goes': the data plane itself on the tables of the one that runs, of which it
 * changes nothing. It is attached nowhere.
 */
#include "maps.h"
#include "dry.h"
#include "shunt.bpf.c"
