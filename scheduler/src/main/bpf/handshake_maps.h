/* SPDX-License-Identifier: GPL-2.0 */
/* The table of handshake.h alone; dry.h has to know it. */
#ifndef SHUNT_HANDSHAKE_MAPS_H
#define SHUNT_HANDSHAKE_MAPS_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "tcp_options.h"

/* What is read of a TCP header: too much for the stack of a program that has called so deep. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct tcp_options);
} options_read SEC(".maps");

#endif
