/* SPDX-License-Identifier: GPL-2.0 */
/* The options of a TCP header that a connection cannot do without (RFC 9293, RFC 7323, RFC 2018). */
#ifndef SHUNT_TCP_OPTIONS_H
#define SHUNT_TCP_OPTIONS_H

#include <linux/types.h>

#define OPTION_BYTES	40	/* no TCP header has more */
#define OPTION_LIMIT	16	/* options that are looked at: more than any sender has use for */

#define OPTION_END	0
#define OPTION_NOP	1
#define OPTION_MSS	2
#define OPTION_SCALE	3
#define OPTION_SACK	4
#define OPTION_TIMES	8

#define MSS_BYTES	4
#define SCALE_BYTES	3
#define SACK_BYTES	2
#define TIMES_BYTES	10
#define MAX_SCALE	14	/* RFC 7323 section 2.3 */

/* A segment without the option allows for this much (RFC 9293 section 3.7.1). */
#define MSS_DEFAULT	536

struct tcp_options {
	__u8 bytes[OPTION_BYTES];
	__u8 length;		/* of bytes */
	__u8 at;
	__u16 mss;
	__u32 time;		/* the sender's */
	__u32 echo;		/* of the receiver's */
	__u8 has_times;
	__u8 has_scale;
	__u8 scale;
	__u8 sack;
};

static __always_inline __u32 word_at(const __u8 *bytes)
{
	return (__u32)bytes[0] << 24 | (__u32)bytes[1] << 16 | (__u32)bytes[2] << 8 | bytes[3];
}

/*
 * Reads the option that begins at options->at and steps over it; not 0: there are no more. A call:
 * the verifier goes through it once, and not once for every place where an option may stand.
 */
__attribute__((noinline)) int read_option(struct tcp_options *options)
{
	__u32 at, length, bytes;
	const __u8 *option;

	if (!options)
		return -1;
	at = options->at;
	length = options->length;
	if (length > OPTION_BYTES || at >= length)
		return -1;
	option = options->bytes + at;
	if (*option == OPTION_NOP) {
		options->at = at + 1;
		return 0;
	}
	if (*option == OPTION_END || at + 2 > length)
		return -1;
	bytes = option[1];
	if (bytes < 2 || at + bytes > length)
		return -1;
	options->at = at + bytes;
	if (*option == OPTION_MSS && bytes == MSS_BYTES && at + MSS_BYTES <= OPTION_BYTES) {
		options->mss = option[2] << 8 | option[3];
	} else if (*option == OPTION_SCALE && bytes == SCALE_BYTES &&
		   at + SCALE_BYTES <= OPTION_BYTES) {
		options->has_scale = 1;
		options->scale = option[2] > MAX_SCALE ? MAX_SCALE : option[2];
	} else if (*option == OPTION_SACK && bytes == SACK_BYTES) {
		options->sack = 1;
	} else if (*option == OPTION_TIMES && bytes == TIMES_BYTES &&
		   at + TIMES_BYTES <= OPTION_BYTES) {
		options->has_times = 1;
		options->time = word_at(option + 2);
		options->echo = word_at(option + 6);
	}
	return 0;
}

/* options: with bytes and length. */
static __always_inline void read_options(struct tcp_options *options)
{
	int i;

	options->at = 0;
	options->mss = MSS_DEFAULT;
	options->has_times = options->has_scale = options->sack = 0;
	for (i = 0; i < OPTION_LIMIT; i++)
		if (read_option(options))
			break;
}

#endif
