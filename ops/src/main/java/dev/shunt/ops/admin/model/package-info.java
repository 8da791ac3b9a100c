/** What the admin API answers with: plain records, written as JSON. */
package dev.shunt.ops.admin.model;
