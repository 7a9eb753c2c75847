# SPDX-License-Identifier: MIT
# The model between the dialects, and what must hold for every pair of them.
add_library(meridian_grammarsink STATIC support/grammarsink.h support/grammarsink.cpp)
target_link_libraries(meridian_grammarsink PUBLIC meridian_engine)
meridian_add_test(tst_answerwriter LIBRARIES meridian_grammarsink meridian_codectest)
foreach(test tst_answertranslator tst_endpoint tst_authorization tst_tokencount tst_common tst_geminitarget)
    meridian_add_test(${test} LIBRARIES meridian_codectest meridian_engine)
endforeach()

add_library(meridian_dialects STATIC support/dialects.h support/dialects.cpp)
target_link_libraries(meridian_dialects PUBLIC meridian_codectest meridian_grammarsink)
target_compile_definitions(meridian_dialects PRIVATE MERIDIAN_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
foreach(test tst_crossrequests tst_crossanswers)
    meridian_add_test(${test} LIBRARIES meridian_dialects TIMEOUT 120)
endforeach()
