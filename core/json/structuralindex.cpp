// SPDX-License-Identifier: MIT
#include "core/json/structuralindex.h"

#include <simdjson.h>

#include <algorithm>
#include <bit>
#include <limits>

namespace meridian::json {

namespace {

constexpr std::size_t SmallestCapacity =
    16UL * 1024;                 // most chat bodies: one allocation in a worker's life
constexpr std::size_t Depth = 1; // of the second stage, which is not used

} // namespace

StructuralIndex::StructuralIndex(std::size_t keptCapacity)
    : m_keptCapacity(keptCapacity)
{
}

StructuralIndex::~StructuralIndex() = default;

StructuralIndex::Outcome StructuralIndex::build(std::string_view text)
{
    m_text = text;
    m_size = 0;
    if (text.size() >= std::numeric_limits<std::uint32_t>::max()) {
        return Outcome::NotJson; // offsets have 32 bits; configured limits are far below
    }
    if (!reserve(text.size())) {
        return Outcome::OutOfMemory;
    }
    const auto *bytes = reinterpret_cast<const std::uint8_t *>(text.data());
    switch (m_stage->stage1(bytes, text.size(), simdjson::stage1_mode::regular)) {
    case simdjson::SUCCESS:
        break;
    case simdjson::UTF8_ERROR:
        return Outcome::InvalidUtf8;
    default:
        return Outcome::NotJson;
    }
    m_offsets = m_stage->structural_indexes.get();
    m_size = m_stage->n_structural_indexes;
    return Outcome::Ok;
}

void StructuralIndex::trim()
{
    if (m_stage && m_stage->capacity() > m_keptCapacity) {
        m_stage.reset();
        m_offsets = nullptr;
        m_size = 0;
    }
}

std::size_t StructuralIndex::end(std::size_t i) const noexcept
{
    std::size_t end = i + 1 < m_size ? m_offsets[i + 1] : m_text.size();
    const auto isSpace = [](char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; };
    while (end > m_offsets[i] && isSpace(m_text[end - 1])) {
        --end;
    }
    return end;
}

bool StructuralIndex::reserve(std::size_t textSize)
{
    if (m_stage && m_stage->capacity() >= textSize) {
        return true;
    }
    const std::size_t capacity = std::max(std::bit_ceil(textSize), SmallestCapacity);
    if (m_stage) {
        return m_stage->allocate(capacity, Depth) == simdjson::SUCCESS;
    }
    // chooses the widest instruction set of this processor, at run time
    return simdjson::get_active_implementation()->create_dom_parser_implementation(
               capacity, Depth, m_stage) == simdjson::SUCCESS;
}

} // namespace meridian::json
