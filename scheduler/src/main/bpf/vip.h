/* SPDX-License-Identifier: GPL-2.0 */
/* Whether an address is a VIP, whose it is, and whether we may answer for it now. */
#ifndef SHUNT_VIP_H
#define SHUNT_VIP_H

#include "maps.h"

static __always_inline int holds(__u32 which)
{
	struct lease *held = bpf_map_lookup_elem(&lease, &which);

	return held && bpf_ktime_get_ns() < held->deadline;
}

/* The scheduler's right to answer for the VIPs. */
static __always_inline int holds_lease(void)
{
	return holds(0);
}

/* The right to our share of everyone's VIPs. */
static __always_inline int holds_share(void)
{
	return holds(SHARE_LEASE);
}

/* address: in host order; of IPv6 folded(). */
static __always_inline int may_be_vip(__u32 address)
{
	__u32 bit = address * 0x9e3779b1U >> 24;

	return vip_filter.words[bit / 64 & (VIP_FILTER_WORDS - 1)] >> (bit % 64) & 1;
}

/* What the table of VIPs says of an address; NULL if it is none. */
static __always_inline __u32 *vip_of4(__be32 address)
{
	return bpf_map_lookup_elem(&vips4, &address);
}

static __always_inline __u32 *vip_of6(const __be32 *address)
{
	return bpf_map_lookup_elem(&vips6, address);
}

static __always_inline int is_vip4(__be32 address)
{
	return vip_of4(address) != NULL;
}

static __always_inline int is_vip6(const __be32 *address)
{
	return vip_of6(address) != NULL;
}

#endif
