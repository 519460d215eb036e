#pragma once

#include "json_writer.hpp"
#include "uninterruptible/control.hpp"

/// The fields of what the protocol tells, named as in docs/control-protocol.md, into an object that has
/// begun.
namespace uninterruptible::cli {

void write_fields(JsonWriter& json, const control::GenerationStatus& generation);
void write_fields(JsonWriter& json, const control::ConnectionRecord& connection);
void write_fields(JsonWriter& json, const control::Step& step);
void write_fields(JsonWriter& json, const control::RestartRecord& restart);

}  // namespace uninterruptible::cli
