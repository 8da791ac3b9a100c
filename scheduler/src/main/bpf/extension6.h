/* SPDX-License-Identifier: GPL-2.0 */
/* The headers that may stand between those of IPv6 and of TCP or UDP (RFC 8200 section 4). */
#ifndef SHUNT_EXTENSION6_H
#define SHUNT_EXTENSION6_H

#include <linux/types.h>

/* More than any sender has use for; each costs every packet that has it. */
#define MAX_EXTENSIONS	6
#define EXTENSION_UNIT	8

/* IANA "protocol numbers"; <linux/in6.h> names them but leaves these two out. */
#define NEXT_HOPOPTS	0
#define NEXT_ROUTING	43
#define NEXT_FRAGMENT	44
#define NEXT_DSTOPTS	60

#define FRAGMENT6_OFFSET	0xfff8
#define FRAGMENT6_MORE		1

/* What all extension headers begin with, and what the second word of two of them says. */
struct extension {
	__u8 next;
	__u8 units;		/* beyond the first; reserved in a fragment header */
	union {
		struct {
			__u8 type;
			__u8 segments_left;
		} routing;
		__be16 fragment;	/* offset and the "more" bit */
	};
	__be32 id;		/* of a fragment header */
};

static __always_inline int is_extension(__u8 next)
{
	return next == NEXT_HOPOPTS || next == NEXT_ROUTING || next == NEXT_FRAGMENT ||
	       next == NEXT_DSTOPTS;
}

#endif
