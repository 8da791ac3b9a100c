/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Everything the edge's programs share with their loader. The same rules as in layout.h: the
 * loader compares, and whoever changes something raises EDGE_LAYOUT_VERSION.
 */
#ifndef SHUNT_EDGE_LAYOUT_H
#define SHUNT_EDGE_LAYOUT_H

#include "layout.h"

enum edge_layout {
	EDGE_LAYOUT_VERSION = 3,
	EDGE_MAX_PREFIXES = 64,
	EDGE_MAX_ANNOUNCED = 256,
	/* Control label: "give this flow a label", on a client's first packet. */
	EDGE_ASK_LABEL = ASK_LABEL,
	/* The array's labels begin here; what is below is somebody else's. */
	EDGE_FIRST_LABEL = FIRST_TARGET_LABEL,
	/* Of sessions, in pairs: client to server odd, server to client the even one above it. */
	EDGE_FIRST_SESSION_LABEL = FIRST_SESSION_LABEL,
	/* The highest label of all, 2^20 - 1, has none above it to pair with. */
	EDGE_LAST_SESSION_LABEL = LABELS - 2,
};

enum edge_role {
	EDGE_SERVER,		/* holds the VIPs; is sent C2S labels, sends S2C labels */
	EDGE_CLIENT,		/* talks to the VIPs; is sent S2C labels, sends C2S labels */
};

/* Where a packet ended, each at exactly one. IN is ingress (XDP), OUT is egress (tc). */
enum edge_outcome {
	/* Up to the stack as it is. */
	IN_UNLABELLED,
	IN_OTHER_MAC,		/* flooded to us, meant for another machine */
	IN_OTHER_LABEL,		/* not of the array's labels */

	/* Up to the stack without its label. */
	IN_LEARNED,		/* a new flow's label, or another one, or from another machine */
	IN_KNOWN,		/* the label that this flow has */
	IN_WITHDRAWN,		/* the flow's label is forgotten with this packet */
	IN_POPPED,		/* nothing to learn: a target's label, or no ports to know a flow by */

	/* Dropped. */
	IN_DROP_TRUNCATED,
	IN_DROP_STACK,		/* more labels below the top one */
	IN_DROP_TTL,
	IN_DROP_SIDE,		/* a label of the other direction */
	IN_DROP_PAYLOAD,	/* behind the label is no IP header */
	IN_DROP_NOT_VIP,	/* behind the label is a flow of no VIP */
	IN_DROP_HEADROOM,
	/* The same of labels in UDP: it is from nobody of the array, or its outer headers cannot be. */
	IN_DROP_TUNNEL_SENDER,
	IN_DROP_TUNNEL_FRAGMENT,
	IN_DROP_TUNNEL_HEADER,
	IN_DROP_TUNNEL_CHECKSUM,
	IN_DROP_TUNNEL_LABEL,	/* the top one is no target's, or the one below it no session's */

	/* Out as it is. */
	OUT_UNLABELLED,
	OUT_STALE,		/* its label was not confirmed lately */
	OUT_OTHER_VLAN,		/* its label came by another VLAN */
	OUT_DIRECT,		/* its label came in UDP: it leads nowhere from here */
	OUT_TOO_BIG,		/* with a label longer than the link takes */

	/* Out with a label. */
	OUT_LABELLED,
	OUT_ASKED,

	/* Dropped. */
	OUT_DROP_HEADROOM,	/* the kernel made room and then had none */
	EDGE_OUTCOMES,
};

/* What happens beside a packet's outcome. */
enum edge_aside {
	EDGE_MSS_LOWERED,
	EDGE_VIP_MOVED,		/* another machine announced a VIP */
	EDGE_FORGOTTEN,		/* a label withdrawn by a packet, in either direction */
	EDGE_NOT_LEARNED,	/* the kernel had no memory for it */
	EDGE_ASIDES,
};

/* Who has sent its FIN. */
enum edge_closed {
	EDGE_CLOSED_IN = 1,
	EDGE_CLOSED_OUT = 2,
	EDGE_CLOSED_BOTH = 3,
};

/* config[0] */
struct edge_config {
	__u32 layout_version;
	enum edge_role role;
	__u64 fresh;		/* nanoseconds for which a label is used without being confirmed */
	__u32 max_packet;	/* longest IP packet that the link takes, its label included, bytes */
	__u32 max_segment;	/* MSS that leaves room for a label, IPv4, bytes */
	__u8 mac[ETH_ADDRESS];	/* of this interface */
	__u8 tunnels;		/* 1: labels come in UDP */
	__u8 pad;
	__be32 own4;		/* where they are sent to; 0: nowhere */
	__be32 own6[4];
	__u32 pad2;
};

/* vips, members: address of a prefix; IPv4 as ::ffff:a.b.c.d, its length 96 more. */
struct prefix_key {
	__u32 length;
	__u8 address[16];
};

/* learned: by the flow as this host sends it, IPv4 addresses as mapped ones. */
struct learned {
	__u64 last_seen;	/* when it was last confirmed: nanoseconds, CLOCK_MONOTONIC, coarse */
	__u64 received;		/* packets with the other side's label */
	__u64 sent;		/* packets with this one */
	__u32 label;		/* to push */
	__u8 mac[ETH_ADDRESS];	/* where it came from, and goes to */
	__u8 closed;		/* enum edge_closed */
	__u8 direct;		/* 1: it came in UDP, and answers go without */
	__u32 vlans;		/* that it came by: the inner one, above it the outer one; 0: none seen */
};

/* The key of announced: IPv4 as above. */
struct vip {
	__be32 address[4];
};

/* announced: by VIP, who has it. */
struct announced {
	__u64 since;		/* as last_seen */
	__u8 mac[ETH_ADDRESS];
	__u8 pad[2];
};

#endif
