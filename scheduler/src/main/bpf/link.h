/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What stands before layer 3: the Ethernet header, with none, one or two VLAN tags (IEEE 802.1Q).
 *
 * Whatever needs its length as a constant (the verifier wants one where bytes are moved) is written
 * once, inlined, and called for each of the three. Tags stay on a frame wherever it goes.
 */
#ifndef SHUNT_LINK_H
#define SHUNT_LINK_H

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <bpf/bpf_endian.h>
#include "layout.h"

#define TAG_BYTES	4
#define UNTAGGED	ETH_HLEN
#define ONE_TAG		(ETH_HLEN + TAG_BYTES)
#define TWO_TAGS	(ETH_HLEN + 2 * TAG_BYTES)
#define TYPE_BYTES	2
/* No link header is longer: the verifier wants a bound that it can see. */
#define LINK_MASK	31

struct link {
	__u32 bytes;		/* UNTAGGED, ONE_TAG or TWO_TAGS */
	__be16 type;		/* of what follows */
	__u32 label;		/* that was taken off because no table knew it; 0: none */
};

struct tag {
	__be16 control;
	__be16 type;
};

/*
 * Where the frame ends. By hand: of a 32-bit load that it shares between several places the
 * compiler makes a copy by half a register, and the verifier no longer knows it.
 */
static __always_inline void *end_of(struct xdp_md *ctx)
{
	void *end;

	asm volatile("%0 = *(u32 *)(%1 + %2)"
		     : "=r"(end)
		     : "r"(ctx), "i"(__builtin_offsetof(struct xdp_md, data_end)));
	return end;
}

static __always_inline int is_tag(__be16 type)
{
	return type == bpf_htons(ETH_P_8021Q) || type == bpf_htons(ETH_P_8021AD);
}

/* A tag that is cut short or the third one is left as the type: nothing of ours. */
static __always_inline int read_link(struct xdp_md *ctx, struct link *link)
{
	struct ethhdr *eth = (void *)(long)ctx->data;
	void *end = end_of(ctx);
	struct tag *tag = (void *)(eth + 1);

	if ((void *)tag > end)
		return -1;
	link->type = eth->h_proto;
	link->bytes = UNTAGGED;
	link->label = 0;
	if (!is_tag(link->type) || (void *)(tag + 1) > end)
		return 0;
	link->type = tag->type;
	link->bytes = ONE_TAG;
	tag++;
	if (!is_tag(link->type) || (void *)(tag + 1) > end)
		return 0;
	link->type = tag->type;
	link->bytes = TWO_TAGS;
	return 0;
}

/* Copies the header but for its last type; from and to may overlap. */
static __always_inline void move_link(void *to, void *from, __u32 bytes)
{
	if (bytes == UNTAGGED)
		__builtin_memmove(to, from, UNTAGGED - TYPE_BYTES);
	else if (bytes == ONE_TAG)
		__builtin_memmove(to, from, ONE_TAG - TYPE_BYTES);
	else
		__builtin_memmove(to, from, TWO_TAGS - TYPE_BYTES);
}

/* Addresses and types have no alignment that the compiler knows: by itself it would go by bytes. */
static __always_inline void copy_mac(void *to, const void *from)
{
	*(__u32 *)to = *(const __u32 *)from;
	*(__u16 *)(to + 4) = *(const __u16 *)(from + 4);
}

static __always_inline __be16 type_at(const void *at)
{
	return *(const __be16 *)at;
}

static __always_inline void address(struct ethhdr *eth, const __u8 *to, const struct config *cfg)
{
	copy_mac(eth->h_dest, to);
	copy_mac(eth->h_source, cfg->mac);
}

#endif
