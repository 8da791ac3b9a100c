/* SPDX-License-Identifier: GPL-2.0 */
/* IPv6 addresses, word by word. */
#ifndef SHUNT_ADDRESS6_H
#define SHUNT_ADDRESS6_H

#include <linux/types.h>
#include <bpf/bpf_helpers.h>

static __always_inline int same_address6(const __be32 *a, const __be32 *b)
{
	return a[0] == b[0] && a[1] == b[1] && a[2] == b[2] && a[3] == b[3];
}

#endif
