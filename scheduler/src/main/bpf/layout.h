/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Everything the program shares with its loader: structs of the maps, enums, bounds.
 *
 * The loader holds the same layouts and compares them with this file's BTF before it uses them.
 * Whoever changes a struct or an enum here raises LAYOUT_VERSION, so that maps which an older
 * program left pinned are replaced instead of being misread.
 */
#ifndef SHUNT_LAYOUT_H
#define SHUNT_LAYOUT_H

#include <linux/types.h>

enum layout {
	LAYOUT_VERSION = 13,
	/* What a client that knows labels puts on until it has learned its session's. */
	ASK_LABEL = 16,
	/* Target labels: even for IPv4 payload, the odd one above it for IPv6. */
	FIRST_TARGET_LABEL = 1024,
	LABEL_LIMIT = 8192,
	MAX_TARGETS = (LABEL_LIMIT - FIRST_TARGET_LABEL) / 2,
	MAX_VIPS = 256,
	/*
	 * Pairs of session labels: the odd one from client to server, the even one above it back.
	 * 20 bits make a label; the last one would be half a pair.
	 */
	FIRST_SESSION_LABEL = 8193,
	LABELS = 1 << 20,
	PAIRS = (LABELS - FIRST_SESSION_LABEL) / 2,
	CLIENT_LABELS = 1,	/* flag of a session: its client takes labels and sends them */
	ETH_ADDRESS = 6,
	SHARE_LEASE = 1,	/* index in lease */
	VIP_FILTER_WORDS = 4,	/* a power of two */
	/* Half-open sessions: four to a bucket, 8 bytes each. */
	EMBRYO_BUCKETS = 65536,
	EMBRYO_WAYS = 4,
	RECENT_FLOWS = 256,
	MAX_DATAGRAMS = 16384,	/* in fragments, at a time */
	COOKIE_KEYS = 4,	/* a power of two */
	COOKIE_KEY_BITS = 42,	/* a key lasts for 2^42 ns, 73 minutes */
	TRACE_HEAD = 128,	/* bytes of a frame that a trace shows */
	TRACE_WORDS = 2,	/* of 64 outcomes */
};

/*
 * Where a packet ended. Each packet has exactly one, and the verdict follows from it: see
 * verdict_of(). The eleven ways to a target come twice, in the order of enum way.
 */
enum outcome {
	/* XDP_PASS: up to the stack. */
	PASS_ETHERTYPE,		/* not ARP, IPv4, IPv6 or MPLS */
	PASS_OTHER_MAC,		/* flooded to us, meant for another machine */
	PASS_ARP,		/* not about a VIP */
	PASS_ND,		/* neighbour discovery, not about a VIP */
	PASS_NOT_VIP,
	PASS_VIP_PORT,		/* a VIP, no such service: the stack answers RST or ICMP */
	PASS_VIP_ICMP,
	PASS_VIP_PROTOCOL,	/* neither TCP, UDP nor ICMP */
	PASS_OWN_CONNECTION,	/* everyone's VIP: another's by the formula, but our connection */
	LABEL_POP,		/* my own label taken off */
	LABEL_LEARN,		/* the same of a label that this packet made mine */
	LOCAL_SESSION,		/* my own node is the target */
	LOCAL_NEW,
	LOCAL_MOVED,
	LOCAL_STATELESS,
	LOCAL_TABLE_FULL,
	LOCAL_OPENING,
	LOCAL_ESTABLISHED,
	LOCAL_SUM,
	LOCAL_ERROR,
	LOCAL_FRAGMENT,
	LOCAL_COOKIE,

	/* XDP_TX: out of the port it came in by. */
	FORWARD_SESSION,	/* a session of the table */
	FORWARD_NEW,		/* opened one: of UDP a session, of TCP an embryo */
	FORWARD_MOVED,		/* opened again at another target, the old one takes no more */
	FORWARD_STATELESS,	/* mid-flow without a session, or its target is gone: by the row */
	FORWARD_TABLE_FULL,	/* would have opened one: by the embryo or the row */
	FORWARD_OPENING,	/* the SYN again, or the end before the beginning: by the embryo */
	FORWARD_ESTABLISHED,	/* the second packet of an embryo: now it is a session */
	FORWARD_SUM,		/* by the formula of its service, which keeps no sessions */
	FORWARD_ERROR,		/* an ICMP error, to where the flow goes that it is about */
	FORWARD_FRAGMENT,	/* a later fragment, to where the first one went */
	FORWARD_COOKIE,		/* the ACK to a SYN cookie: now it is a session */
	LABEL_SWITCH,		/* another machine's label, by the label alone */
	LABEL_OUT,		/* to a client that knows no labels, by the label alone */
	ARP_ANSWER,
	ND_ANSWER,
	TOO_BIG_ANSWER,		/* to the sender of what is DROP_TOO_BIG otherwise */
	REFUSE_RESET,		/* a new session is one too many: TCP told so */
	REFUSE_UNREACHABLE,	/* and UDP */
	SYN_COOKIE,		/* a SYN in a flood, answered by a SYN-ACK */

	/* XDP_DROP. */
	DROP_ARP_NOT_HOLDER,	/* asked for a VIP without holding the lease */
	DROP_ARP_CONFLICT,	/* another machine claims a VIP that we hold */
	DROP_ARP_ANNOUNCEMENT,	/* the holder announces a VIP, we are not it */
	DROP_ARP_TRUNCATED,
	DROP_ND_NOT_HOLDER,	/* the same four of neighbour discovery */
	DROP_ND_CONFLICT,
	DROP_ND_ANNOUNCEMENT,
	DROP_ND_INVALID,	/* about a VIP, fails what RFC 4861 section 7.1 demands */
	DROP_LABEL_TRUNCATED,
	DROP_LABEL_UNKNOWN,
	DROP_LABEL_TTL,
	DROP_LABEL_STACK,	/* more labels below the top one */
	DROP_LABEL_PAYLOAD,	/* no table tells, and it is neither IPv4 nor IPv6 */
	DROP_IP_TRUNCATED,
	DROP_IP_HEADER,		/* version, header or total length cannot be */
	DROP_IP_TTL,
	DROP_EXTENSION,		/* IPv6: an extension header cut short, misplaced or one too many */
	DROP_ROUTING_HEADER,	/* IPv6: the VIP is a hop on the way, not the end of it */
	DROP_FRAGMENT_FIRST,	/* too short for its TCP or UDP header */
	DROP_FRAGMENT_LATER,	/* the first one was not seen, or is too long ago */
	DROP_FRAGMENT_OVERLAP,	/* reaches into the headers of the first one */
	DROP_L4_TRUNCATED,
	DROP_TCP_HEADER,	/* data offset cannot be */
	DROP_ICMP_ERROR,	/* what it quotes is cut short or no packet of the VIP */
	DROP_REFUSED,		/* as REFUSE_RESET and REFUSE_UNREACHABLE, and nobody is told */
	DROP_NO_TARGET,		/* the service's row is empty */
	DROP_TARGET_UNKNOWN,	/* the row names a label that is no target */
	DROP_OTHERS_SHARE,	/* everyone's VIP: another member's by the formula */
	DROP_SHARE_LAPSED,	/* everyone's VIP: ours, but others may think that we are gone */
	DROP_NO_SOCKET,		/* everyone's VIP: ours, but no socket here takes it */
	DROP_TOO_BIG,		/* with the label longer than config.max_frame, and not to be answered */
	DROP_HEADROOM,		/* the driver left no room for the label */
	DROP_TUNNEL_SENDER,	/* MPLS in UDP from an address that is no member's */
	DROP_TUNNEL_FRAGMENT,
	DROP_TUNNEL_HEADER,	/* outer IP or UDP header cannot be */
	DROP_TUNNEL_CHECKSUM,
	OUTCOMES,
};

/* How a packet came to its target; an offset from LOCAL_SESSION and FORWARD_SESSION. */
enum way {
	WAY_SESSION,
	WAY_NEW,
	WAY_MOVED,
	WAY_STATELESS,
	WAY_TABLE_FULL,
	WAY_OPENING,
	WAY_ESTABLISHED,
	WAY_SUM,
	WAY_ERROR,
	WAY_FRAGMENT,
	WAY_COOKIE,
	WAYS,			/* none: the service is not ours */
	WAY_LEARN,		/* the label decided: up, as LABEL_LEARN */
	WAY_REFUSED,		/* nowhere: the client is told that it is not admitted */
	WAY_SILENCED,		/* nowhere, and nobody is told */
	WAY_SYN,		/* a SYN that may be answered by a cookie: see handshake.h */
	WAY_ACK,		/* of no session: it may answer a cookie */
};

/* What happens beside a packet's outcome. */
enum aside {
	EVENT_LOST,		/* the ring was full; the loader finds the session by scanning */
	POOL_EMPTY,		/* a session that should have a pair of labels goes without */
	PAIR_TAKEN,		/* out of the pool */
	PAIR_RETURNED,		/* to the pool at once, because its session did not come about */
	REFUSED_SESSIONS,	/* why a new session was refused: in the order of enum refusal */
	REFUSED_TARGETS,
	REFUSED_RATE,
	REFUSED_LOAD,
	COOKIE_INVALID,		/* an ACK of no session that is not the answer to a cookie either */
	COOKIE_CONNECTED,	/* the target's stack was given a connection by its cookie */
	COOKIE_REFUSED,		/* it took it not: nobody listens, or its settings are against it */
	ANSWER_SWITCHED,	/* a packet sent back by its session's label */
	ANSWER_UNCONFIRMED,	/* directly: its label has not come lately from who now switches it */
	ANSWER_TOO_BIG,		/* directly: with a label longer than the wire takes */
	ANSWER_NO_HEADROOM,	/* dropped: the kernel made room for a label and then had none */
	TRACE_LOST,		/* the ring was full, or nobody read it */
	PATH_NARROWED,		/* a router said that the path to a target takes less */
	ASIDES,
};

/* Why a service with limits refuses a new session (claim L4). */
enum refusal {
	REFUSAL_SESSIONS,	/* it has as many as it may have */
	REFUSAL_TARGETS,	/* no target that was tried has room */
	REFUSAL_RATE,		/* too many in too short a time */
	REFUSAL_LOAD,		/* one of the share that the loader lets go, for answers come late */
	REFUSALS,
};

/* How a flow of a service finds its place in the service's row. */
enum algorithm {
	ALGORITHM_ROW,			/* hash of the 5-tuple */
	ALGORITHM_SOURCE,		/* hash of the source address */
	ALGORITHM_ROUND_ROBIN,		/* the next place */
	ALGORITHM_LEAST_CONNECTIONS,	/* the less loaded of two places */
	ALGORITHM_SUM3,			/* remainder of a sum: claim H1 */
	ALGORITHM_SUM5,			/* remainder of a sum: claims H17, H27 */
};

/* When a SYN is answered by a cookie. */
enum cookies {
	COOKIES_OFF,
	COOKIES_AUTO,			/* in a flood */
	COOKIES_ALWAYS,
};

enum target_state {
	TARGET_UP,
	TARGET_DRAINED,
	TARGET_DOWN,
	TARGET_GONE,
	TARGET_ABSENT,		/* what an unused slot is turned into: no packet goes there */
};

enum session_state {
	SESSION_OPENING,
	SESSION_ESTABLISHED,
	SESSION_CLOSING,
};

enum event_kind {
	EVENT_OPENED,
	EVENT_ESTABLISHED,
	EVENT_CLOSING,
};

enum label_action {
	LABEL_NONE,
	LABEL_TO_STACK,
	LABEL_TO_PORT,
	LABEL_POP_TO_PORT,
	LABEL_TO_TUNNEL,
};

/* config[0] */
struct config {
	__u32 layout_version;
	__u32 seed;		/* of flow_hash(), equal on all members */
	__u32 max_frame;	/* longest frame the wire takes, Ethernet header included, bytes */
	__u8 mac[ETH_ADDRESS];	/* of this interface */
	__u8 returns;		/* 1: of some service answers go back by label */
	__u8 pad;
	__u32 ifindex;		/* of this interface: the line card of what we forward */
	__u32 tracing;		/* round of the trace that runs; 0: none does */
	__u32 tunnels;		/* 1: labels go in UDP */
	__be32 own4;		/* ends of this machine's tunnels; 0: it has none */
	__be32 own6[4];
};

/*
 * lease[0]: we answer for the VIPs while bpf_ktime_get_ns() < deadline. lease[SHARE_LEASE]: we take
 * our share of everyone's VIPs while it is.
 */
struct lease {
	__u64 deadline;
	__u64 term;
};

/*
 * vips4, vips6: key is the address. Value: 0 if the scheduler has it; else everyone has it, and the
 * value is protocol << 16 | port of that service of it by whose row is shared what is for none.
 */

/* vip_filter[0]: a Bloom filter of one hash, of both families. What it does not have is no VIP. */
struct vip_filter {
	__u64 words[VIP_FILTER_WORDS];
};

/* services4 */
struct service_key4 {
	__be32 vip;
	__be16 port;
	__u8 protocol;
	__u8 pad;
};

/* services6 */
struct service_key6 {
	__be32 vip[4];
	__be16 port;
	__u8 protocol;
	__u8 pad;
};

struct service {
	__u32 index;		/* of its counters */
	__u32 row_base;		/* first bucket in rows */
	__u32 row_size;		/* buckets; 0: no target takes new sessions */
	enum algorithm algorithm;
	__u32 labels;		/* 1: its sessions get labels of their own */
	__u32 limited;		/* 1: new sessions are admitted by struct admission */
	enum cookies cookies;
	__u32 flood_from;	/* new connections a second that are taken for a flood */
	__u32 everyone;		/* 1: every member gets every packet and takes its own share */
	__u32 switched;		/* 1: answers go back by label, through the scheduler */
};

/*
 * admissions[service.index]: a cache line. The first two are counted here, and sessions put right by
 * the loader; the others are the loader's. A limit of 0 is none.
 */
struct admission {
	__s64 sessions;		/* live ones */
	__u64 due;		/* when the sessions admitted so far would all be due by their rate */
	__u32 max_sessions;
	__u32 max_per_target;	/* live sessions of a target, whichever service's they are */
	__u32 rate;		/* new sessions a second */
	__u32 burst;		/* so many at once; 0: there are no limits */
	__u32 shed;		/* of 65536 new sessions so many are refused */
	__u32 max_response;	/* milliseconds: what the loader chooses shed by */
	__u32 silent;		/* 1: refused without an answer */
	__u32 pad[3];
	__u64 pad2;
};

/* refusals[service.index] */
struct refusals {
	__u64 reasons[REFUSALS];
};

/*
 * A service by sum has two rows of row_size, one behind the other: where its flows are, and where
 * those go that open now. They differ while a target takes nothing new.
 */

/* targets[(label - FIRST_TARGET_LABEL) / 2] */
struct target {
	__u32 label;		/* 0: this slot was never used */
	enum target_state state;
	__u32 local;		/* 1: this machine */
	__u32 plain;		/* 1: gets frames without a label */
	__u32 tunnel;		/* 1: gets its labels in UDP, as tunnels[] says */
	__u32 weight;
	__u8 mac[ETH_ADDRESS];
	__u8 pad[2];
};

/*
 * labels[label]: the label switching table. Two to a cache line; the action is written last.
 */
struct label_entry {
	enum label_action action;
	__u32 target;		/* index of its counters */
	__be16 ethertype;	/* of the payload, put back when the label is taken off */
	__u8 mac[ETH_ADDRESS];	/* port: the next hop's; of an own session's who sent the last one */
	__u32 ifindex;		/* line card */
	__u32 owner;		/* of a session's label: part of its flow's mark */
	__u32 packets;		/* of a session's label, about */
	__u32 confirmed;	/* of an own session's, if answers go back: see back.h; 0: never */
};

/* tunnels[as targets]: MPLS in UDP to a target */
struct tunnel {
	__be32 to[4];		/* its data address; of IPv4 the first word */
	__u32 version;		/* of IP: 4, 6; 0: there is no tunnel */
	__u32 mtu;		/* that a router told, and when; 0: the interface's own */
	__u64 since;
	__u8 mac[ETH_ADDRESS];	/* of the next hop */
	__u16 same;		/* index of the first tunnel to the same address */
};

/* sessions4 */
struct flow4 {
	__be32 source;
	__be32 destination;
	__be16 source_port;
	__be16 destination_port;
	__u8 protocol;
	__u8 pad[3];
};

/* sessions6 */
struct flow6 {
	__be32 source[4];
	__be32 destination[4];
	__be16 source_port;
	__be16 destination_port;
	__u8 protocol;
	__u8 pad[3];
};

/*
 * A flow of either family. The IPv4 one lies over the end of the IPv6 one, where both have ports
 * and protocol in the same place: one code reads and writes them.
 */
union flow {
	struct flow6 six;
	struct {
		__u8 unused[sizeof(struct flow6) - sizeof(struct flow4)];
		struct flow4 four;
	};
};

struct session {
	__u64 last_seen;	/* nanoseconds, CLOCK_MONOTONIC, as coarse as the timer tick */
	__u64 packets;		/* some of the last fifteen may come later: see recent.h */
	__u32 target;		/* label */
	enum session_state state;
	__u32 service;		/* index of its counters + 1; 0: the next packet will look it up */
	__u32 label;		/* from client to server; 0: it has none */
	__u8 client_mac[ETH_ADDRESS];	/* whom the client's packets come from on this link */
	__u8 flags;		/* CLIENT_LABELS */
	__u8 pad;
};

/* embryos[part of the flow's mark]: see embryo.h */
struct embryos {
	__u64 words[EMBRYO_WAYS];
};

/* events */
struct session_event {
	struct flow6 flow;	/* IPv4 addresses as mapped ones (RFC 4291 section 2.5.5.2) */
	__u32 target;		/* label */
	enum event_kind kind;
	__u32 label;		/* these as in struct session */
	__u8 client_mac[ETH_ADDRESS];
	__u8 flags;
	__u8 pad;
};

/* floods, by the service's index */
struct flood {
	__u64 window;		/* that is being counted */
	__u64 count;		/* in it */
	__u64 loud;		/* the last one with too many; 0: there was none */
};

/* cookie_keys */
struct cookie_key {
	__u64 number;
	__u64 low;
	__u64 high;
};

/* holder[0]: who announced the scheduler's VIPs last, and when; no address: who had them is gone. */
struct holder {
	__u32 since;		/* as label_entry.confirmed */
	__u8 mac[ETH_ADDRESS];
	__u8 pad[2];
};

/* service_traffic, target_traffic */
struct traffic {
	__u64 packets;
	__u64 bytes;
};

/* Addresses that are the same under the mask; of IPv4 as mapped ones. */
struct trace_prefix {
	__be32 address[4];
	__be32 mask[4];
};

/* tracing[0]: which packets are told */
struct tracing {
	__u64 deadline;		/* as bpf_ktime_get_ns() */
	__u64 outcomes[TRACE_WORDS];	/* a bit for each */
	__u32 round;		/* config.tracing while it runs */
	__u32 every;		/* one of so many on each CPU */
	struct trace_prefix from;
	struct trace_prefix to;
	__be16 port;		/* either one; 0: any */
	__u8 protocol;		/* 0: any */
	__u8 by_flow;		/* 0: neither addresses, port nor protocol matter */
	__u32 pad;
};

/* traces */
struct trace {
	__u64 nanos;		/* as bpf_ktime_get_ns() */
	__u32 outcome;
	__u32 cpu;
	__u32 length;		/* of the frame */
	__u32 bytes;		/* of head that are its own */
	__u32 round;		/* of the trace that asked for it */
	__u32 pad;
	__u8 head[TRACE_HEAD];	/* as it left the program */
};

#endif
