/* SPDX-License-Identifier: GPL-2.0 */
/* Fields of an IPv4 header (RFC 791 section 3.1). */
#ifndef SHUNT_IP4_H
#define SHUNT_IP4_H

#define IP_OFFSET_MASK	0x1fff
#define IP_MORE		0x2000
#define IP_MIN_WORDS	5

#endif
