plugins {
    alias(libs.plugins.android.application)
    alias(libs.plugins.kotlin.compose)
}

android {
    namespace = "id.saksi.app"
    compileSdk = 36

    defaultConfig {
        applicationId = "id.saksi.app"
        minSdk = 26
        targetSdk = 36
        versionCode = 1
        versionName = "0.1.0"
        // The phones of the field. `cargo xtask android` puts a library for each into src/main/jniLibs.
        ndk { abiFilters += listOf("arm64-v8a", "armeabi-v7a", "x86_64") }
    }

    buildFeatures { compose = true }

    buildTypes {
        release {
            isMinifyEnabled = true
            isShrinkResources = true
            proguardFiles(getDefaultProguardFile("proguard-android-optimize.txt"), "rules.pro")
        }
    }

    packaging {
        // Loaded straight from the APK, aligned to 16 KB, as Android 15 asks.
        jniLibs { useLegacyPackaging = false }
    }

    androidResources {
        localeFilters += listOf("in", "en")
        // The face models, in src/main/assets/models: they don't get smaller.
        noCompress += listOf("onnx", "tflite")
    }

    // The tests run by jvm/run.sh; they need the real library, which Gradle doesn't build.
    testOptions { unitTests.isIncludeAndroidResources = true }
}

dependencies {
    implementation(project(":device"))
    implementation(project(":field"))
    implementation(libs.activity.compose)
    implementation(libs.compose.foundation)
    implementation(libs.compose.ui)
    implementation(libs.material3)
    implementation(libs.lifecycle.runtime.compose)
    implementation(libs.lifecycle.viewmodel.savedstate)
    implementation(libs.coroutines.android)
    implementation(variantOf(libs.jna) { artifactType("aar") })
}
