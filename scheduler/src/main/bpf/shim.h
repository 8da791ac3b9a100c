/* SPDX-License-Identifier: GPL-2.0 */
/* A label stack entry behind an Ethernet header (RFC 3032 section 2.1). */
#ifndef SHUNT_SHIM_H
#define SHUNT_SHIM_H

#include <linux/if_ether.h>
#include <linux/types.h>

#define SHIM_BYTES	4
#define SHIM_LABEL(e)	((e) >> 12)
#define SHIM_BOTTOM	0x100
#define SHIM_TTL(e)	((e) & 0xff)

struct labelled {
	struct ethhdr eth;
	__be32 shim;
} __attribute__((packed));

#endif
